namespace ParityGpu.Kernels;

/// <summary>An angle in quarters of a turn and a remainder of at most π/4 on either side.</summary>
internal struct ReducedAngle<TVec>
    where TVec : unmanaged
{
    /// <summary>The quarters, an integer.</summary>
    public TVec Quarters;

    /// <summary>Sine of the remainder.</summary>
    public TVec Sine;

    /// <summary>Cosine of the remainder.</summary>
    public TVec Cosine;
}
