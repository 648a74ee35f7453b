namespace ParityGpu.Kernels;

/// <summary>Where the samples of a step lie in the run's stream of sample words.</summary>
public static class SampleWindow
{
    /// <summary>Number of the first sample of step <paramref name="step"/>.</summary>
    public static ulong FirstSample(long step, int batch) => (ulong)step * (ulong)batch;

    /// <summary>The stream word after the last one that the batch from <paramref name="firstSample"/> on touches.</summary>
    public static ulong EndWord(ulong firstSample, int batch) =>
        ((firstSample + (ulong)batch - 1) / Canon.WordSamples) + 1;

    /// <summary>32 samples from bit <paramref name="shift"/> (0…31) of a stream word on.</summary>
    public static uint Realign(uint word, uint next, int shift) => (uint)((((ulong)next << 32) | word) >> shift);
}
