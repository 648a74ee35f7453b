using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Theory;

public sealed class OneStepTests
{
    [Fact]
    public void Constants_are_those_of_theorem_4()
    {
        var step = new OneStep(15, 2, 1000);

        Assert.Equal(new Fraction(429, 2048), step.Relevant);
        Assert.Equal(new Fraction(99, 512), step.Gap);
        Assert.Equal(2048.0 / (2 * 429), step.LearningRate, 1e-12);
        Assert.Equal(610, step.Batch);
        Assert.Equal(step.LearningRate, step.HiddenRate * Math.Sqrt(6.0 / 1001), 1e-12);
        Assert.Equal(OneStep.MaxBatch, new OneStep(15, 6, 1000).Batch);
    }

    [Fact]
    public void The_sweep_is_valid_and_has_the_rates_in_its_schedule()
    {
        var step = new OneStep(15, 4, 300);
        SweepSpec sweep = SpecValidation.Validate(step.Sweep(20));

        Assert.Equal(Init.Sign, Assert.Single(sweep.Points()).Init);
        Assert.Equal(2, sweep.Schedule.Phases.Length);
        Assert.Equal([step.HiddenRate, 0], sweep.Schedule.Phases[0].Factors.ToArray());
        Assert.Equal([0, step.OutputRate], sweep.Schedule.Phases[1].Factors.ToArray());
        Assert.Equal((1.0, 0.0), (sweep.Schedule.Phases[0].Decay, sweep.Schedule.Phases[1].Decay));
    }

    /// <summary>The first step leaves weights on the relevant inputs only, the second phase learns the parity from them.</summary>
    [Fact]
    public void The_sweep_learns_what_the_theorem_says()
    {
        var step = new OneStep(15, 2, 1000);

        // The theorem wants B of the order of n^k log n, without saying how many times that, and outputs near 0 at first.
        Point point = step.Sweep(1).Points().Single() with { Batch = 4 * step.Batch };
        using var device = DeviceCatalog.OpenCpu(2);
        using var bank = new SlotBank(device, BankShape.Of(point), 4);
        for (int slot = 0; slot < bank.Slots; slot++)
            bank.Load(slot, point, slot);

        bank.Launch(1);
        float[] weights = bank.ReadWeights(0);
        double Mean(int first, int end) => Enumerable.Range(0, point.Width)
            .SelectMany(j => Enumerable.Range(first, end - first).Select(i => Math.Abs(weights[FirstLayerLayout.Index(point.N, j, i)]))).Average();
        Assert.Equal(1.0 / (2 * step.K), Mean(0, 2), 0.05);
        Assert.True(Mean(2, 15) < Mean(0, 2) / 3, $"{Mean(0, 2)} on the subset, {Mean(2, 15)} elsewhere");

        bank.Launch(2000);
        float[] trained = bank.ReadWeights(0);
        Assert.Equal(weights[FirstLayerLayout.Index(point.N, 7, 0)], trained[FirstLayerLayout.Index(point.N, 7, 0)]);
        RunMeasure[] measures = bank.Measure([.. Enumerable.Repeat(MeasureRequest.Progress, bank.Slots)]);
        Assert.All(measures, measure => Assert.True(measure.HeldOutErrors < point.TestSamples / 20, $"{measure.HeldOutErrors} errors"));
    }
}
