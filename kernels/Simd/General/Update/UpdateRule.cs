namespace ParityGpu.Kernels.Simd;

/// <summary>What an update needs beside parameters and gradients.</summary>
internal unsafe struct UpdateRule<TVec>
    where TVec : unmanaged
{
    /// <summary>An <see cref="Kernels.Optimizer"/>.</summary>
    public int Optimizer;

    /// <summary>Floats from a parameter to its first moment, and from that to the second.</summary>
    public long MomentStride;
    public TVec Decay;
    public TVec Beta1;
    public TVec Beta2;
    public TVec Epsilon;
    public TVec InverseBatch;

    /// <summary>1/(1 − β₁^t), 1/(1 − β₂^t).</summary>
    public TVec Correction1;
    public TVec Correction2;
}
