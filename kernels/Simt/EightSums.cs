using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>One float for each of the eight samples of a thread.</summary>
internal struct EightSums
{
    public float S0;
    public float S1;
    public float S2;
    public float S3;
    public float S4;
    public float S5;
    public float S6;
    public float S7;

    public static EightSums Of(float value) => new()
    {
        S0 = value,
        S1 = value,
        S2 = value,
        S3 = value,
        S4 = value,
        S5 = value,
        S6 = value,
        S7 = value,
    };

    /// <summary>Writes the sums to two quads.</summary>
    public static void Store(ArrayView<FloatQuad> target, EightSums sums)
    {
        target[0] = new FloatQuad { X = sums.S0, Y = sums.S1, Z = sums.S2, W = sums.S3 };
        target[1] = new FloatQuad { X = sums.S4, Y = sums.S5, Z = sums.S6, W = sums.S7 };
    }

    /// <summary>The samples with a positive sum, a bit each.</summary>
    public static uint Positive(EightSums z) =>
        (z.S0 > 0f ? 1u : 0u) | (z.S1 > 0f ? 2u : 0u) | (z.S2 > 0f ? 4u : 0u) | (z.S3 > 0f ? 8u : 0u)
        | (z.S4 > 0f ? 16u : 0u) | (z.S5 > 0f ? 32u : 0u) | (z.S6 > 0f ? 64u : 0u) | (z.S7 > 0f ? 128u : 0u);
}
