using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class RunPlanTests
{
    [Fact]
    public void Quotients_are_rounded_once_and_the_rest_is_copied()
    {
        Point point = Points.Relu(30, 3, 100, 48, lr: 0.1) with { WeightDecay = 1e-4, MaxSteps = 5_000_000_000 };
        RunSettings settings = RunPlan.Settings(point, long.MaxValue);

        Assert.Equal((float)(0.1 / 48), settings.StepSize);
        Assert.Equal((float)(1 - 1e-4), settings.Decay);
        Assert.Equal((ulong)long.MaxValue, settings.Seed);
        Assert.Equal(5_000_000_000, settings.MaxSteps);
        Assert.Equal((3, 8192), (settings.Degree, settings.TestSamples));
    }

    /// <summary>n = 14, r = 49: hidden fan-in 14 and fan-out 49, output fan-in 49 and fan-out 1.</summary>
    [Theory]
    [InlineData(Init.XavierUniform, InitialDistribution.Uniform, 0.3086066999, 0.3464101615)]
    [InlineData(Init.Sign, InitialDistribution.Sign, 0.3086066999, 0.3464101615)]
    [InlineData(Init.KaimingNormal, InitialDistribution.Normal, 0.3779644730, 0.2020305089)]
    [InlineData(Init.Torch, InitialDistribution.Uniform, 0.2672612419, 0.1428571429)]
    public void Scales_follow_fan_in_and_fan_out(
        Init init, InitialDistribution distribution, double hidden, double output)
    {
        RunSettings settings = RunPlan.Settings(Points.Relu(14, 3, 49, 32, init: init), 0);

        Assert.Equal((int)distribution, settings.Distribution);
        Assert.Equal((float)hidden, settings.HiddenScale, 1e-8f);
        Assert.Equal((float)output, settings.OutputScale, 1e-8f);
    }

    [Fact]
    public void Hidden_weights_and_biases_share_a_scale_and_so_do_output_weights_and_bias()
    {
        Point point = Points.Relu(14, 3, 49, 32, init: Init.Sign);
        MlpParameters initial = MlpParameters.Initial(point, 9);
        RunSettings settings = RunPlan.Settings(point, 9);

        Assert.Equal(settings.OutputScale, Math.Abs(initial.C));
        for (int j = 0; j < 49; j++)
        {
            Assert.Equal(settings.OutputScale, Math.Abs(initial.U(j)));
            Assert.Equal(settings.HiddenScale, Math.Abs(initial.B(j)));
            for (int i = 0; i < 14; i++)
                Assert.Equal(settings.HiddenScale, Math.Abs(initial.W(j, i)));
        }
    }

    [Fact]
    public void First_subset_is_the_first_inputs() =>
        Assert.Equal([0, 1, 2], RunPlan.Subset(Points.Relu(30, 3, 10, 1), 5));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(30, 3)]
    [InlineData(1000, 100)]
    public void Random_subset_has_k_distinct_inputs_in_range(int n, int k)
    {
        Point point = Points.Relu(n, k, 10, 1) with { Subset = SubsetChoice.Random };
        for (long seed = 0; seed < 50; seed++)
        {
            int[] subset = RunPlan.Subset(point, seed);
            Assert.Equal(k, subset.Distinct().Count());
            Assert.All(subset, i => Assert.InRange(i, 0, n - 1));
        }
    }

    [Fact]
    public void Random_pairs_are_uniform()
    {
        const int Seeds = 20_000;
        const int Pairs = 10;
        Point point = Points.Relu(5, 2, 10, 1) with { Subset = SubsetChoice.Random };
        int[] counts = new int[32];
        for (long seed = 0; seed < Seeds; seed++)
            counts[RunPlan.Subset(point, seed).Sum(i => 1 << i)]++;

        double expected = (double)Seeds / Pairs;
        double chiSquare = counts.Where(count => count > 0).Sum(count => Math.Pow(count - expected, 2) / expected);
        Assert.Equal(Pairs, counts.Count(count => count > 0));
        Assert.True(chiSquare < 27.88, $"χ² = {chiSquare}; 99.9 % of 9 degrees of freedom is 27.88");
    }
}
