using ParityGpu.Specs;

namespace ParityGpu.Tests.Exactness;

/// <summary>Sweeps that take every path of the kernels in little time, and end in every way.</summary>
internal static class ExactnessSweep
{
    /// <summary>
    /// Whole and broken groups of four inputs, blocks of sixteen neurons and words of 32 samples; tabled and direct
    /// forward passes; all initialisations; with and without weight decay; one rate that diverges.
    /// </summary>
    public static SweepSpec Mixed { get; } = SpecValidation.Validate(new SweepSpec
    {
        N = [5, 8],
        K = [2, 3],
        Width = [1, 16, 33],
        Batch = [1, 7, 24, 32, 33, 64, 100],
        Lr = [0.5, 1e20],
        WeightDecay = [0, 0.001],
        Init = [Init.XavierUniform, Init.KaimingNormal, Init.Sign, Init.Torch],
        Subset = SubsetChoice.Random,
        Seeds = 2,
        FirstSeed = 5_000_000_000,
        MaxSteps = 40,
        TestSamples = 70,
    });

    /// <summary>The main job's trainings to their end, far enough for one wrong bit to grow.</summary>
    public static SweepSpec Main { get; } = SpecValidation.Validate(new SweepSpec { Width = [40], Seeds = 4, MaxSteps = 250 });
}
