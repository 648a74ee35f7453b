using ParityGpu.Devices;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Science;

/// <summary>Convergence times of the (30,3) parity, against independent PyTorch programs.</summary>
public sealed class ConvergenceTests : IDisposable
{
    private readonly Device device = DeviceCatalog.OpenCpu(null);

    public void Dispose() => device.Dispose();

    [Fact]
    public void Xavier_at_rate_1_solves_every_seed_in_the_known_time()
    {
        var summary = Train(new SweepSpec { Width = [100], Seeds = 400 });

        Assert.Equal(400, summary.Solved);
        AssertNear(140, summary.Q1, 0.07);
        AssertNear(153, summary.Median, 0.05);
        AssertNear(168, summary.Q3, 0.07);
    }

    [Fact]
    public void Torch_s_initialisation_at_rate_a_tenth_takes_the_known_time()
    {
        // PyTorch's median, checked every 50 steps only, is 1200–1300.
        var summary = Train(new SweepSpec { Width = [100], Batch = [32], Lr = [0.1], Init = [Init.Torch], Seeds = 200 });

        Assert.NotNull(summary.Median);
        Assert.InRange(summary.Median.Value, 1100, 1350);
    }

    private PointSummary Train(SweepSpec spec)
    {
        var runs = new PointRuns(spec.Points().Single());
        foreach (var record in RecordList.Of(SpecValidation.Validate(spec), device))
            runs.Add(record.Seed, new SeedTime(record.Steps, record.Outcome));

        return PointSummary.Of(runs);
    }

    private static void AssertNear(double expected, double? actual, double relative)
    {
        Assert.NotNull(actual);
        Assert.InRange(actual.Value, expected * (1 - relative), expected * (1 + relative));
    }
}
