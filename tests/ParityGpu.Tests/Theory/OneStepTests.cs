using ParityGpu.Kernels;
using ParityGpu.Reference;
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

    /// <summary>The two phases with the double-precision reference's network: the first step finds the subset, the second phase the parity.</summary>
    [Fact]
    public void One_step_finds_the_subset_and_the_output_layer_learns_the_parity()
    {
        const int Width = 300;
        const int Seed = 1;
        var step = new OneStep(15, 2, Width);
        Point point = step.Sweep(1).Points().Single() with { LearningRate = step.HiddenRate, WeightDecay = 1 };
        var trainer = new ReferenceTrainer(point, Seed);
        trainer.Step();
        MlpParameters network = trainer.Parameters;

        double[] relevant = [.. Sizes(network, 0, 2)];
        double[] irrelevant = [.. Sizes(network, 2, 15)];
        Assert.Equal(1.0 / (2 * step.K), relevant.Average(), 0.05);
        Assert.True(irrelevant.Average() < relevant.Average() / 3);

        double[] output = new double[Width];
        double bias = 0;
        double[][] Hidden(SampleBatch batch) =>
            [.. batch.Inputs.Select(x => Enumerable.Range(0, Width).Select(j => Math.Max(0, Preactivation(network, j, x))).ToArray())];
        double Output(double[] h) => bias + h.Zip(output, (a, b) => a * b).Sum();
        for (int t = 1; t <= 60; t++)
        {
            SampleBatch batch = SampleBatch.Training(point, Seed, t);
            double[][] hidden = Hidden(batch);
            double[] pull = [.. hidden.Zip(batch.Labels, (h, y) => y * Output(h) < 1 ? y * step.OutputRate / hidden.Length : 0)];
            for (int j = 0; j < Width; j++)
                output[j] += hidden.Zip(pull, (h, p) => h[j] * p).Sum();

            bias += pull.Sum();
        }

        SampleBatch test = SampleBatch.Training(point, Seed, 1000);
        Assert.True(Hidden(test).Zip(test.Labels, (h, y) => y * Output(h) > 0 ? 1.0 : 0).Average() > 0.9);
    }

    private static IEnumerable<double> Sizes(MlpParameters network, int first, int end) =>
        from j in Enumerable.Range(0, network.Width)
        from i in Enumerable.Range(first, end - first)
        select Math.Abs(network.W(j, i));

    private static double Preactivation(MlpParameters network, int j, double[] x)
    {
        double z = network.B(j);
        for (int i = 0; i < x.Length; i++)
            z += network.W(j, i) * x[i];

        return z;
    }
}
