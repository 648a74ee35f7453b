namespace ParityGpu.Kernels.Simt;

/// <summary>What a sample gives.</summary>
internal struct NarrowOutput<TColumns>
    where TColumns : unmanaged
{
    /// <summary>f.</summary>
    public float F;

    /// <summary>d = −∂ℓ/∂z of the columns.</summary>
    public TColumns D;
}
