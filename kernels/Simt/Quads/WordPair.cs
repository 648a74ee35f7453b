namespace ParityGpu.Kernels.Simt;

/// <summary>Two 32-bit words, read or written in one 8-byte access.</summary>
public struct WordPair
{
    public uint W0;
    public uint W1;
}
