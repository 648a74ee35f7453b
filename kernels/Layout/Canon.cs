namespace ParityGpu.Kernels;

/// <summary>Constants of the canon (NUMERICS.md), and how things are counted in them.</summary>
public static class Canon
{
    /// <summary>Neurons of a block, and lanes of the canonical sum over neurons.</summary>
    public const int Lanes = 16;

    /// <summary>Inputs whose signed weights are summed before they join the accumulator.</summary>
    public const int Group = 4;

    /// <summary>Samples in a bit-sliced word.</summary>
    public const int WordSamples = 32;

    /// <summary>Quads of floats: of the lanes of a block, of the samples of a word.</summary>
    public const int LaneQuads = Lanes / 4;
    public const int SampleQuads = WordSamples / 4;

    public static int Blocks(int width) => (int)(((long)width + Lanes - 1) / Lanes);

    public static int Groups(int inputs) => (inputs + Group - 1) / Group;

    public static int Words(int samples) => (int)(((long)samples + WordSamples - 1) / WordSamples);

    /// <summary>The samples of the last word that exist, as a mask; all ones for the others.</summary>
    public static uint ValidSamples(int word, int samples)
    {
        int left = samples - (word * WordSamples);
        return left >= WordSamples ? 0xFFFFFFFFu : (1u << left) - 1;
    }
}
