namespace ParityGpu.Kernels.Simt;

/// <summary>What the forward pass compares the outputs of 32 samples with.</summary>
internal readonly struct WordLabels(uint judged, uint trained, int count)
{
    /// <summary>Labels that errors are counted against; bit 1 means −1.</summary>
    public readonly uint Judged = judged;

    /// <summary>Labels that the loss uses.</summary>
    public readonly uint Trained = trained;

    /// <summary>Samples of the word that exist.</summary>
    public readonly int Count = count;
}
