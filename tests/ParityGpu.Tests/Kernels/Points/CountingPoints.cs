using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>Shapes and runs that every device's counting kernel is compared with the canon at; the runs of a list share a bank.</summary>
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
        { 7, 40, 1 },
        { 30, 10, 32 },
        { 30, 100, 1 },
        { 30, 17, 64 },
        { 50, 100, 32 },
        { 50, 16, 100 },
        { 50, 65, 24 },
        { 64, 33, 33 },
        { 67, 300, 1 },
        { 67, 300, 40 },
        { 128, 15, 31 },
        { 130, 100, 64 },
    };

    /// <summary>The runs of one of these shapes.</summary>
    public static (Point Point, long Seed)[] Steps(int n, int width, int batch)
    {
        Point point = Of(n, Math.Min(n, 3), width, batch, rate: 1);
        return
        [
            (point, 1),
            (point with { K = 1, LearningRate = 0.3, WeightDecay = 0.01 }, 0x7FFFFFFF00000001),
            (point with { K = Math.Min(n, 2), Init = Init.KaimingNormal }, 3),
            (point with { K = Math.Min(n, 4), Init = Init.Sign }, 4),
            (point with { K = n, Init = Init.Rademacher, InitSigma = 0.1 }, 7),
            (point with { InputBias = 0.1, Mixture = 0.7 }, 5),
            (point with { InputBias = 0.9, BiasedSteps = 3 }, 6),
            (point with { InputSchedule = InputSchedule.TryParse("0=0.1,1=0.3:0.5,2=0.5,3=0.9:0.2")! }, 9),
            (point with { Biases = InitialBiases.Zero }, 8),
        ];
    }

    /// <summary>Runs of (8, k) that end solved, solved, out of steps, diverged and solved.</summary>
    public static (Point Point, long Seed)[] Trainings(int width, int batch)
    {
        Point point = Of(8, 2, width, batch, rate: batch == 1 ? 0.1 : 1) with { TestSamples = 500, MaxSteps = 3000 };
        return
        [
            (point, 11),
            (point, 12),
            (point with { K = 8, MaxSteps = 9 }, 13),
            (point with { LearningRate = 1e6 }, 14),
            (point with { K = 1, WeightDecay = 0.001 }, 15),
        ];
    }

    /// <summary>Runs of (5, k), by every rule for their end, whose batches may be smaller and larger than what convergence is judged on.</summary>
    public static (Point Point, long Seed)[] Judged(int width, int batch)
    {
        Point point = Of(5, 2, width, batch, rate: 0.1) with { TestSamples = 100 };
        return
        [
            (point, 21),
            (point with { K = 3, MaxSteps = 70 }, 22),
            (point with { InputBias = 0.3 }, 23),
            (point with { TargetAccuracy = 0.8 }, 24),
            (point with { K = 3, TargetAccuracy = 0.75, Biases = InitialBiases.Zero }, 25),
            (point with { TargetAccuracy = 0.9, Check = CheckTimes.TryParse("7")! }, 26),
            (point with { Check = CheckTimes.TryParse("16")! }, 27),
            (point with { Check = CheckTimes.Never, MaxSteps = 60 }, 28),
        ];
    }

    /// <summary>The shape of a bank for these runs on the counting path.</summary>
    public static BankShape Bank((Point Point, long Seed)[] runs) => BankShape.Covering([.. runs.Select(run => run.Point)]);

    private static Point Of(int n, int k, int width, int batch, double rate) =>
        TestPoints.Point(n, k, width, batch, rate, subset: SubsetChoice.Random, maxSteps: 1500, testSamples: 64);
}
