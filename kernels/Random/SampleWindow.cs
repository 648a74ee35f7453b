namespace ParityGpu.Kernels;

/// <summary>Where the samples of a step lie in the run's stream of sample words.</summary>
public static class SampleWindow
{
    /// <summary>Number of the first sample of step <paramref name="step"/>.</summary>
    public static ulong FirstSample(long step, int batch) => (ulong)step * (ulong)batch;

    /// <summary>The stream word after the last one that the batch starting at <paramref name="firstSample"/> touches.</summary>
    public static ulong EndWord(ulong firstSample, int batch) =>
        ((firstSample + (ulong)batch - 1) / Canon.WordSamples) + 1;

    /// <summary>The 32 samples that start at bit <paramref name="shift"/> (0…31) of a stream word.</summary>
    public static uint Realign(uint word, uint next, int shift) => (uint)((((ulong)next << 32) | word) >> shift);

    /// <summary>The same for four words.</summary>
    public static WordQuad Realign(WordQuad words, WordQuad next, int shift) => new(
        Realign(words.W0, next.W0, shift), Realign(words.W1, next.W1, shift), Realign(words.W2, next.W2, shift), Realign(words.W3, next.W3, shift));
}
