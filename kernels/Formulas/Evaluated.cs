namespace ParityGpu.Kernels;

/// <summary>A function's value and slope.</summary>
internal struct Evaluated<TVec>
    where TVec : unmanaged
{
    public TVec Value;
    public TVec Slope;
}
