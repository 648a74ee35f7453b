namespace ParityGpu.Kernels.Simt;

/// <summary>What the network makes of a sample.</summary>
internal struct NarrowOutput<TValues>
    where TValues : unmanaged
{
    /// <summary>f.</summary>
    public float F;

    /// <summary>d = −∂ℓ/∂z of the columns.</summary>
    public TValues D;
}
