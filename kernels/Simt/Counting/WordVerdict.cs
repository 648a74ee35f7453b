namespace ParityGpu.Kernels.Simt;

/// <summary>What the forward pass says of 32 samples, a bit each.</summary>
internal struct WordVerdict
{
    public uint Errors;
    public uint InsideMargin;
    public uint Labels;
}
