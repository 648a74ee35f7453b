namespace ParityGpu.Kernels.Simt;

/// <summary>Four words that travel in one 16-byte access.</summary>
public struct WordQuad
{
    public uint X;
    public uint Y;
    public uint Z;
    public uint W;
}
