namespace ParityGpu.Kernels.Simt;

/// <summary>Four floats, read or written in one 16-byte access.</summary>
public struct FloatQuad
{
    public float X;
    public float Y;
    public float Z;
    public float W;
}
