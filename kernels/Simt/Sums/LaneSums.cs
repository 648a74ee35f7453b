using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The 16 lanes of a canonical sum over units, in one thread.</summary>
internal struct LaneSums
{
    private float s0;
    private float s1;
    private float s2;
    private float s3;
    private float s4;
    private float s5;
    private float s6;
    private float s7;
    private float s8;
    private float s9;
    private float s10;
    private float s11;
    private float s12;
    private float s13;
    private float s14;
    private float s15;

    /// <summary>
    /// S_l ← fma(a_l, b_l, S_l) for 16 units.
    /// </summary>
    /// <param name="s">The sums.</param>
    /// <param name="a">One factor.</param>
    /// <param name="stride">Floats from one of its units to the next; a constant, so that it becomes an offset of the loads.</param>
    /// <param name="b">The other factor, one float per unit.</param>
    public static LaneSums Add(LaneSums s, ArrayView<float> a, int stride, ArrayView<float> b) => new()
    {
        s0 = ExactMath.Fma(a[0], b[0], s.s0),
        s1 = ExactMath.Fma(a[stride], b[1], s.s1),
        s2 = ExactMath.Fma(a[2 * stride], b[2], s.s2),
        s3 = ExactMath.Fma(a[3 * stride], b[3], s.s3),
        s4 = ExactMath.Fma(a[4 * stride], b[4], s.s4),
        s5 = ExactMath.Fma(a[5 * stride], b[5], s.s5),
        s6 = ExactMath.Fma(a[6 * stride], b[6], s.s6),
        s7 = ExactMath.Fma(a[7 * stride], b[7], s.s7),
        s8 = ExactMath.Fma(a[8 * stride], b[8], s.s8),
        s9 = ExactMath.Fma(a[9 * stride], b[9], s.s9),
        s10 = ExactMath.Fma(a[10 * stride], b[10], s.s10),
        s11 = ExactMath.Fma(a[11 * stride], b[11], s.s11),
        s12 = ExactMath.Fma(a[12 * stride], b[12], s.s12),
        s13 = ExactMath.Fma(a[13 * stride], b[13], s.s13),
        s14 = ExactMath.Fma(a[14 * stride], b[14], s.s14),
        s15 = ExactMath.Fma(a[15 * stride], b[15], s.s15),
    };

    /// <summary>The same for the first <paramref name="units"/> &lt; 16 of the units; the padding is not read.</summary>
    public static LaneSums AddBefore(LaneSums s, ArrayView<float> a, int stride, ArrayView<float> b, int units)
    {
        var all = Add(s, a, stride, b);
        s.s0 = all.s0;
        s.s1 = units > 1 ? all.s1 : s.s1;
        s.s2 = units > 2 ? all.s2 : s.s2;
        s.s3 = units > 3 ? all.s3 : s.s3;
        s.s4 = units > 4 ? all.s4 : s.s4;
        s.s5 = units > 5 ? all.s5 : s.s5;
        s.s6 = units > 6 ? all.s6 : s.s6;
        s.s7 = units > 7 ? all.s7 : s.s7;
        s.s8 = units > 8 ? all.s8 : s.s8;
        s.s9 = units > 9 ? all.s9 : s.s9;
        s.s10 = units > 10 ? all.s10 : s.s10;
        s.s11 = units > 11 ? all.s11 : s.s11;
        s.s12 = units > 12 ? all.s12 : s.s12;
        s.s13 = units > 13 ? all.s13 : s.s13;
        s.s14 = units > 14 ? all.s14 : s.s14;
        return s;
    }

    /// <summary>The canon's halving tree.</summary>
    public static float Tree(LaneSums s) =>
        (((s.s0 + s.s8) + (s.s4 + s.s12)) + ((s.s2 + s.s10) + (s.s6 + s.s14)))
        + (((s.s1 + s.s9) + (s.s5 + s.s13)) + ((s.s3 + s.s11) + (s.s7 + s.s15)));
}
