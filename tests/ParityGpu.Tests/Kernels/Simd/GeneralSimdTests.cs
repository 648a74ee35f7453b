using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>The SIMD body of the general path against the canon read aloud: the same bits of every parameter, the same ends.</summary>
public sealed class GeneralSimdTests : IDisposable
{
    private readonly Device device = DeviceCatalog.OpenCpu(2);

    public void Dispose() => device.Dispose();

    [Theory]
    [InlineData(CpuVectors.Widest)]
    [InlineData(CpuVectors.None)]
    public void Steps_have_the_bits_of_the_canon(CpuVectors vectors)
    {
        foreach (Point point in GeneralPoints.Steps())
        {
            using var bank = Bank(point, vectors);
            var oracle = new CanonicalNet(point, 11, KernelPath.General);
            foreach (int chunk in new[] { 1, 4 })
            {
                oracle.Run(chunk);
                bank.Launch(chunk);
                Assert.True(oracle.State.Equals(bank.States[0]), $"{point}: {bank.States[0]} instead of {oracle.State}");
                AssertSame(oracle.Weights, bank.ReadWeights(0), point);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Whole_trainings_end_as_the_canon_says(int chunk)
    {
        var ends = new HashSet<RunStatus>();
        foreach (Point point in GeneralPoints.Trainings())
        {
            using var bank = Bank(point, CpuVectors.Widest);
            do
                bank.Launch(chunk);
            while (bank.States[0].Status == (int)RunStatus.Running);

            var oracle = new CanonicalNet(point, 11, KernelPath.General);
            Assert.Equal(oracle.Run(int.MaxValue), bank.States[0]);
            AssertSame(oracle.Weights, bank.ReadWeights(0), point);
            ends.Add((RunStatus)bank.States[0].Status);
        }

        Assert.Equal([RunStatus.Solved, RunStatus.Budget, RunStatus.Diverged], ends.Order());
    }

    [Fact]
    public void Measurements_are_the_canon_s_and_change_nothing()
    {
        foreach (Point point in GeneralPoints.Trainings())
        {
            using var bank = Bank(point, CpuVectors.Widest);
            var oracle = new CanonicalNet(point, 11, KernelPath.General);
            foreach (int steps in new[] { 0, 3 })
            {
                bank.Launch(steps);
                oracle.Run(steps);
                if (bank.States[0].Status != (int)RunStatus.Running)
                    continue;

                float[] before = bank.ReadWeights(0);
                foreach (int request in new[] { MeasureRequest.Progress, MeasureRequest.ProgressAndGap })
                {
                    RunMeasure expected = oracle.Measure(request);
                    RunMeasure found = bank.Measure([request])[0];
                    Assert.True(expected.Equals(found), $"{point}: {Describe(found)} instead of {Describe(expected)}");
                    Assert.Equal(FloatBits.Of(oracle.TaskLosses()), FloatBits.Of(bank.TaskLosses(0)));
                }

                Assert.Equal(before, bank.ReadWeights(0));
            }
        }
    }

    [Fact]
    public void A_run_waits_where_it_is_told_to()
    {
        Point point = GeneralPoints.Trainings().First();
        using var bank = Bank(point, CpuVectors.Widest);
        bank.StopAt(0, 5);
        bank.Launch(100);
        bank.Launch(100);
        Assert.Equal((5, (int)RunStatus.Running), (bank.States[0].Steps, bank.States[0].Status));
        bank.StopAt(0, 0);
        bank.Launch(1);
        Assert.Equal(6, bank.States[0].Steps);
    }

    private SlotBank Bank(Point point, CpuVectors vectors)
    {
        var bank = new SlotBank(device, BankShape.Of(point, KernelPath.General), 1, vectors);
        bank.Load(0, point, 11);
        return bank;
    }

    private static void AssertSame(float[] expected, float[] found, Point point)
    {
        int first = expected.Zip(found).TakeWhile(pair => pair.First.Equals(pair.Second)).Count();
        Assert.True(
            first == expected.Length && first == found.Length,
            $"{point}: parameter {first} is {(first < found.Length ? found[first] : float.NaN)} instead of {(first < expected.Length ? expected[first] : float.NaN)}");
    }

    private static string Describe(RunMeasure m) =>
        $"{m.TrainLoss} {m.TrainErrors} {m.HeldOutErrors} {m.Movement} {m.MovementRelevant} {m.MovementIrrelevant} {m.Gap} {m.Means}";
}
