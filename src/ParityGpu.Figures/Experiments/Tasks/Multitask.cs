using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>What the experiments on several tasks share.</summary>
internal static class Multitask
{
    /// <summary>The network and its training in Michaud et al. 2023 and Michaud 2025, for a fixed number of steps.</summary>
    public static SweepSpec Setting { get; } = new()
    {
        Init = [Init.Torch],
        Loss = [Loss.Logistic],
        Logits = [2],
        Encoding = [InputEncoding.ZeroOne],
        Optimizer = [Optimizer.Adam],
        Check = CheckTimes.Never,
        TestSamples = 1024,
    };
}
