namespace ParityGpu.Kernels.Simt;

/// <summary>Two floats, read or written in one 8-byte access.</summary>
public struct FloatPair
{
    public float X;
    public float Y;
}
