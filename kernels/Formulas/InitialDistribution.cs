namespace ParityGpu.Kernels;

/// <summary>Distributions of initial parameters; the integer is a kernel argument.</summary>
public enum InitialDistribution
{
    /// <summary>Uniform on (−scale, scale).</summary>
    Uniform = 0,

    /// <summary>Gaussian with standard deviation scale.</summary>
    Normal = 1,

    /// <summary>±scale with equal probability.</summary>
    Sign = 2,

    /// <summary>±1 with equal probability, plus a Gaussian with standard deviation scale.</summary>
    NoisySign = 3,
}
