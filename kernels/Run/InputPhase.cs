namespace ParityGpu.Kernels;

/// <summary>
/// A stretch of a run's training stream in which inputs are biased. A run has any number of them, which do not overlap; samples in none of them have
/// uniform inputs.
/// </summary>
public struct InputPhase
{
    /// <summary>Number of its first sample.</summary>
    public ulong First;

    /// <summary>Number of the first sample after it.</summary>
    public ulong End;

    /// <summary>Probability that a biased input is −1, ·2^32, saturated.</summary>
    public uint Bias;

    /// <summary>Probability that the inputs of a sample are uniform, ·2^32, saturated.</summary>
    public uint UniformSamples;
}
