using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>One float for each of the eight samples of a thread.</summary>
internal struct EightSums
{
    public FloatQuad Low;
    public FloatQuad High;

    public static EightSums Of(float value)
    {
        var quad = QuadArithmetic.Broadcast(value);
        return new() { Low = quad, High = quad };
    }

    /// <summary>Reads the sums from two quads.</summary>
    public static EightSums Load(ArrayView<FloatQuad> source) => new() { Low = source[0], High = source[1] };

    /// <summary>Writes the sums to two quads.</summary>
    public static void Store(ArrayView<FloatQuad> target, EightSums sums)
    {
        target[0] = sums.Low;
        target[1] = sums.High;
    }

    /// <summary>The samples with a positive sum, a bit each.</summary>
    public static uint Positive(EightSums z) =>
        (z.Low.X > 0f ? 1u : 0u) | (z.Low.Y > 0f ? 2u : 0u) | (z.Low.Z > 0f ? 4u : 0u) | (z.Low.W > 0f ? 8u : 0u)
        | (z.High.X > 0f ? 16u : 0u) | (z.High.Y > 0f ? 32u : 0u) | (z.High.Z > 0f ? 64u : 0u) | (z.High.W > 0f ? 128u : 0u);
}
