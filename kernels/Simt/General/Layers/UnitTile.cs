namespace ParityGpu.Kernels.Simt;

/// <summary>A thread's sums of four neighbouring units on eight samples.</summary>
internal struct UnitTile
{
    public EightSums A;
    public EightSums B;
    public EightSums C;
    public EightSums D;
}
