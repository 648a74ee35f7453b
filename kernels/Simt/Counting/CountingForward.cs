using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Pieces of a forward pass over an affine layer.</summary>
internal static class CountingForward
{
    /// <summary>±1 for a sample's bit.</summary>
    public static float Sign(uint word, int sample) => Interop.IntAsFloat(EightSigns.One | ((word >> sample) << 31));

    /// <summary>The 16 lane sums from <paramref name="at"/> on, in the canon's halving tree.</summary>
    public static float TreeSum(ArrayView<float> sums, int at) =>
        (EveryFourth(sums, at) + EveryFourth(sums, at + 2)) + (EveryFourth(sums, at + 1) + EveryFourth(sums, at + 3));

    private static float EveryFourth(ArrayView<float> sums, int at) => (sums[at] + sums[at + 8]) + (sums[at + 4] + sums[at + 12]);
}
