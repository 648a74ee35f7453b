namespace ParityGpu.Kernels;

/// <summary>Constants of the canon (NUMERICS.md), and sizes counted in blocks, groups and words.</summary>
public static class Canon
{
    /// <summary>Neurons of a block, and lanes of the canonical sum over neurons.</summary>
    public const int Lanes = 16;

    /// <summary>Inputs whose signed weights are summed before they join the accumulator.</summary>
    public const int Group = 4;

    /// <summary>Samples in a bit-sliced word.</summary>
    public const int WordSamples = 32;

    /// <summary>Quads of floats that hold the lanes of a block, and the samples of a word.</summary>
    public const int LaneQuads = Lanes / 4;
    public const int SampleQuads = WordSamples / 4;

    // ⌈n/2^k⌉ as ((n − 1) >> k) + 1: right for every n ≥ 0, without 64-bit arithmetic, which GPUs compose.
    public static int Blocks(int width) => ((width - 1) >> 4) + 1;

    public static int Groups(int inputs) => ((inputs - 1) >> 2) + 1;

    public static int Words(int samples) => ((samples - 1) >> 5) + 1;

    /// <summary>A quotient of positive integers, rounded up.</summary>
    internal static int Quotient(long of, long by) => (int)((of + by - 1) / by);

    /// <summary>Mask of the samples of a word that exist: all ones except for the last word.</summary>
    public static uint ValidSamples(int word, int samples)
    {
        int left = samples - (word * WordSamples);
        return left >= WordSamples ? 0xFFFFFFFFu : (1u << left) - 1;
    }
}
