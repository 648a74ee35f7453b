namespace ParityGpu.Kernels.Simt;

/// <summary>Arithmetic on four floats beyond <see cref="QuadArithmetic"/>: one factor for all four, sums over them, selections.</summary>
internal static class Quad
{
    public static FloatQuad Multiply(float a, FloatQuad b) => new()
    {
        X = a * b.X,
        Y = a * b.Y,
        Z = a * b.Z,
        W = a * b.W,
    };

    /// <summary>fma(a, b, c) for each entry.</summary>
    public static FloatQuad Fma(float a, FloatQuad b, FloatQuad c) => new()
    {
        X = ExactMath.Fma(a, b.X, c.X),
        Y = ExactMath.Fma(a, b.Y, c.Y),
        Z = ExactMath.Fma(a, b.Z, c.Z),
        W = ExactMath.Fma(a, b.W, c.W),
    };

    /// <summary>a_0·b_0, then S ← fma(a_k, b_k, S) for k = 1 … 3: the canon's sums of four.</summary>
    public static float Inner(FloatQuad a, FloatQuad b) =>
        ExactMath.Fma(a.W, b.W, ExactMath.Fma(a.Z, b.Z, ExactMath.Fma(a.Y, b.Y, a.X * b.X)));

    /// <summary>S ← fma(a_k, b_k, S) for k = 0 … 3.</summary>
    public static float AddInner(float sum, FloatQuad a, FloatQuad b) =>
        ExactMath.Fma(a.W, b.W, ExactMath.Fma(a.Z, b.Z, ExactMath.Fma(a.Y, b.Y, ExactMath.Fma(a.X, b.X, sum))));

    /// <summary>The same for the first <paramref name="entries"/> &lt; 4 of the entries.</summary>
    public static float AddInnerBefore(float sum, FloatQuad a, FloatQuad b, int entries)
    {
        sum = entries > 0 ? ExactMath.Fma(a.X, b.X, sum) : sum;
        sum = entries > 1 ? ExactMath.Fma(a.Y, b.Y, sum) : sum;
        return entries > 2 ? ExactMath.Fma(a.Z, b.Z, sum) : sum;
    }

    public static FloatQuad Select(bool first, FloatQuad a, FloatQuad b) => new()
    {
        X = first ? a.X : b.X,
        Y = first ? a.Y : b.Y,
        Z = first ? a.Z : b.Z,
        W = first ? a.W : b.W,
    };

    /// <summary>The first <paramref name="entries"/> of the entries, then +0.</summary>
    public static FloatQuad Before(FloatQuad a, int entries) => new()
    {
        X = entries > 0 ? a.X : 0f,
        Y = entries > 1 ? a.Y : 0f,
        Z = entries > 2 ? a.Z : 0f,
        W = entries > 3 ? a.W : 0f,
    };
}
