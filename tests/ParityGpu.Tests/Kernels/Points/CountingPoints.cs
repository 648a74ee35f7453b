using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>Shapes and runs that every device's counting kernel is compared with the canon at.</summary>
internal static class CountingPoints
{
    /// <summary>n, width and batch of networks to compare parameter by parameter after a few steps.</summary>
    public static TheoryData<int, int, int> Shapes { get; } = new()
    {
        { 1, 1, 1 },
        { 1, 100, 33 },
        { 3, 10, 2 },
        { 4, 16, 24 },
        { 5, 17, 3 },
        { 30, 10, 32 },
        { 30, 100, 1 },
        { 30, 17, 64 },
        { 50, 100, 32 },
        { 50, 16, 100 },
        { 50, 65, 24 },
        { 64, 33, 33 },
        { 67, 300, 40 },
        { 130, 100, 64 },
    };

    /// <summary>The runs of one of these shapes.</summary>
    public static SimtCase[] Steps(int n, int width, int batch) =>
    [
        new(Settings(1, n, width, batch), Subset(n, 3)),
        new(Settings(0xFFFFFFFF00000001, n, width, batch) with { Decay = 0.99f, StepSize = 0.3f / batch }, [n - 1]),
        new(Settings(3, n, width, batch) with { Distribution = (int)InitialDistribution.Normal }, Subset(n, 2)),
        new(Settings(4, n, width, batch) with { Distribution = (int)InitialDistribution.Sign }, Subset(n, 4)),
    ];

    /// <summary>Runs that end solved, solved, out of steps, diverged and solved.</summary>
    public static SimtCase[] Trainings(int n, int width, int batch)
    {
        var settings = Settings(11, n, width, batch) with { TestSamples = 500, MaxSteps = 3000 };
        return
        [
            new(settings, [0, 1]),
            new(settings with { Seed = 12 }, [6, 2]),
            new(settings with { Seed = 13, MaxSteps = 9 }, [0, 1, 2, 3, 4, 5, 6, 7]),
            new(settings with { Seed = 14, StepSize = 1e6f / batch }, [3, 4]),
            new(settings with { Seed = 15, Decay = 0.999f }, [5]),
        ];
    }

    /// <summary>Runs whose batches are smaller and larger than what convergence is judged on.</summary>
    public static SimtCase[] Judged(int n, int width, int batch)
    {
        var settings = Settings(21, n, width, batch) with { TestSamples = 100, StepSize = 0.1f / batch };
        return [new(settings, [1, 3]), new(settings with { Seed = 22, MaxSteps = 70 }, [0, 1, 2])];
    }

    public static RunSettings Settings(ulong seed, int n, int width, int batch) => new()
    {
        Seed = seed,
        MaxSteps = 1500,
        StepSize = 1f / batch,
        Decay = 1f,
        Distribution = (int)InitialDistribution.Uniform,
        HiddenScale = (float)Math.Sqrt(6.0 / (n + width)),
        OutputScale = (float)Math.Sqrt(6.0 / (width + 1)),
        Degree = 1,
        TestSamples = 64,
    };

    /// <summary>Inputs spread over all n.</summary>
    private static int[] Subset(int n, int degree)
    {
        int k = Math.Min(n, degree);
        return [.. Enumerable.Range(0, k).Select(q => q * n / k)];
    }
}
