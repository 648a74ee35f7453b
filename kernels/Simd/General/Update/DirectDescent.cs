namespace ParityGpu.Kernels.Simd;

/// <summary>How the weights of the first layer move while its gradients are summed, which spares plain SGD a pass over both.</summary>
internal unsafe ref struct DirectDescent<TVec>
    where TVec : unmanaged
{
    /// <summary>The run's parameters, laid out like the gradients; null if they do not move.</summary>
    public float* Weights;
    public TVec Step;
    public TVec Decay;
}
