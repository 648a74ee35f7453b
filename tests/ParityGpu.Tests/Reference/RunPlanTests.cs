using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
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

    [Fact]
    public void Initial_parameters_have_a_seed_of_their_own_where_one_is_set()
    {
        Point point = Points.Relu(30, 3, 100, 48);

        Assert.Equal(7ul, RunPlan.Settings(point, 7).InitialSeed);
        Assert.Equal((3ul, 7ul), (RunPlan.Settings(point with { InitSeed = 3 }, 7).InitialSeed, RunPlan.Settings(point with { InitSeed = 3 }, 7).Seed));
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
        var network = new MlpNetwork(point, 9);
        double[] initial = network.Parameters;
        RunSettings settings = RunPlan.Settings(point, 9);

        Assert.Equal(settings.OutputScale, Math.Abs(initial[network.C]));
        for (int j = 0; j < 49; j++)
        {
            Assert.Equal(settings.OutputScale, Math.Abs(initial[network.U(j)]));
            Assert.Equal(settings.HiddenScale, Math.Abs(initial[network.B(1, j)]));
            for (int i = 0; i < 14; i++)
                Assert.Equal(settings.HiddenScale, Math.Abs(initial[network.W(1, j, i)]));
        }
    }

    /// <summary>All layers of a Gaussian network have σ; only weights from inputs have the signs of a Rademacher one, all else is PyTorch's.</summary>
    [Fact]
    public void Sigma_is_that_of_all_parameters_or_of_the_noise_on_the_inputs_weights()
    {
        Point deep = (Points.Relu(14, 3, 49, 32) with { Model = Model.Deep }).Normalised() with { InitSigma = 0.25 };
        RunSettings gaussian = RunPlan.Settings(deep with { Init = Init.Gaussian }, 0);
        RunSettings rademacher = RunPlan.Settings(deep with { Init = Init.Rademacher }, 0);

        Assert.Equal(((int)InitialDistribution.Normal, (int)InitialDistribution.Normal), (gaussian.Distribution, gaussian.RowDistribution));
        Assert.All(
            [gaussian.RowScale, gaussian.HiddenScale, gaussian.InnerScale, gaussian.OutputScale, gaussian.AttentionScale, gaussian.ProjectionScale, rademacher.RowScale],
            scale => Assert.Equal(0.25f, scale));
        Assert.Equal(((int)InitialDistribution.Uniform, (int)InitialDistribution.NoisySign), (rademacher.Distribution, rademacher.RowDistribution));
        Assert.Equal(
            ((float)(1 / Math.Sqrt(14)), 1f / 7, 1f / 7), (rademacher.HiddenScale, rademacher.InnerScale, rademacher.OutputScale));
    }

    /// <summary>Of two logits the output layer has fan-out 2, and the difference twice the step size; decay of AdamW has the rate and the phase's factor.</summary>
    [Fact]
    public void Two_logits_double_the_output_s_rate_and_adamw_multiplies_decay_by_the_rate()
    {
        Point point = Points.Relu(14, 3, 49, 32, lr: 0.3) with
        {
            Loss = Loss.Logistic,
            Logits = 2,
            Optimizer = Optimizer.Adamw,
            WeightDecay = 0.25,
            Schedule = Schedule.TryParse("0=1,7=0.5@0.125,9=0")!,
        };
        SchedulePhase[] phases = RunPlan.Phases(point);

        Assert.Equal((float)Math.Sqrt(6.0 / 51), RunPlan.Settings(point, 0).OutputScale);
        Assert.Equal([0.3f, 0.15f, 0], phases.Select(phase => phase.Rate0));
        Assert.Equal([0.6f, 0.3f, 0], phases.Select(phase => phase.Rate1));
        Assert.Equal([(float)(1 - (0.3 * 0.25)), (float)(1 - (0.15 * 0.125)), 1], phases.Select(phase => phase.Decay));
    }

    /// <summary>
    /// n = 12, k = 3, r = 20. A block of a disjoint PolyNet has fan-in 4 and fan-out 1; sparse rows have fan-in 2; inner layers fan-in
    /// and fan-out 20.
    /// </summary>
    [Theory]
    [InlineData(Model.Polynet, Init.XavierUniform, 0.6324555320, 0)]
    [InlineData(Model.DisjointPolynet, Init.XavierUniform, 1.0954451150, 0)]
    [InlineData(Model.DisjointPolynet, Init.KaimingNormal, 0.7071067812, 0)]
    [InlineData(Model.Deep, Init.XavierUniform, 0.4330127019, 0.3872983346)]
    [InlineData(Model.Deep, Init.KaimingNormal, 0.4082482905, 0.3162277660)]
    [InlineData(Model.Deep, Init.Torch, 0.2886751346, 0.2236067977)]
    [InlineData(Model.Mlp, Init.Sparse, 0.5222329679, 0)]
    public void Scales_of_every_family_follow_its_fans(Model model, Init init, double hidden, double inner)
    {
        Point point = (Points.Relu(12, 3, 20, 32, init: init) with { Model = model, Sparsity = init == Init.Sparse ? 2 : 0 }).Normalised();
        RunSettings settings = RunPlan.Settings(point, 0);

        Assert.Equal((float)hidden, settings.HiddenScale, 1e-7f);
        if (model == Model.Deep)
            Assert.Equal((float)inner, settings.InnerScale, 1e-7f);
    }

    /// <summary>SGD and momentum divide by B, the others do not; decay of a phase replaces the point's.</summary>
    [Theory]
    [InlineData(Optimizer.Sgd, 40)]
    [InlineData(Optimizer.Momentum, 40)]
    [InlineData(Optimizer.Adam, 1)]
    [InlineData(Optimizer.SignSgd, 1)]
    public void Phases_have_step_sizes_by_layer(Optimizer optimizer, int divisor)
    {
        Point point = Points.Relu(10, 2, 5, 40, lr: 0.3) with
        {
            Model = Model.Deep,
            Depth = 8,
            WeightDecay = 0.25,
            Optimizer = optimizer,
            Schedule = Schedule.TryParse("0=2,7=1:0:0.5@0.125")!,
        };

        SchedulePhase[] phases = RunPlan.Phases(point);

        Assert.Equal([0L, 7L], phases.Select(phase => phase.From));
        Assert.Equal([0.75f, 0.875f], phases.Select(phase => phase.Decay));
        Assert.All(Enumerable.Range(0, 8), layer => Assert.Equal((float)(0.3 / divisor * 2), phases[0].Rate(layer)));
        double[] factors = [1, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
        for (int layer = 0; layer < 8; layer++)
            Assert.Equal((float)(0.3 / divisor * factors[layer]), phases[1].Rate(layer));
    }

    /// <summary>Values by hand: degree 1 is z; through (−2, 1), (0, −1), (2, 1) goes z²/2 − 1; degree 3 is z³/6 − 7z/6, negated.</summary>
    [Theory]
    [InlineData(1, new[] { 0.0, 1 })]
    [InlineData(2, new[] { -1.0, 0, 0.5 })]
    [InlineData(3, new[] { 0.0, -7.0 / 6, 0, 1.0 / 6 })]
    public void Polynomials_of_small_degree_are_known(int k, double[] coefficients)
    {
        double[] found = RunPlan.PolynomialCoefficients(k);

        Assert.Equal(k + 1, found.Length);
        for (int power = 0; power <= k; power++)
            Assert.Equal(coefficients[power], found[power], 1e-14);
    }

    [Theory]
    [InlineData(0.98, 8192, 24, 163, 0)]
    [InlineData(0.9, 10, 1, 1, 3)]
    [InlineData(0.9, 10, 40, 1, 4)]
    [InlineData(0.5, 3, 64, 1, 32)]
    [InlineData(1, 8192, 64, 0, 0)]
    public void Target_accuracy_allows_errors(double target, int testSamples, int batch, int heldOut, int window)
    {
        Point point = Points.Relu(10, 2, 5, batch) with { TargetAccuracy = target, TestSamples = testSamples };
        RunSettings settings = RunPlan.Settings(point, 0);

        Assert.Equal((heldOut, window), (settings.AllowedErrors, settings.AllowedWindowErrors));
    }

    [Theory]
    [InlineData(SubsetChoice.First)]
    [InlineData(SubsetChoice.Random)]
    public void A_disjoint_polynet_has_one_relevant_input_in_each_block(SubsetChoice choice)
    {
        Point point = (Points.Relu(12, 3, 1, 1) with { Model = Model.DisjointPolynet, Subset = choice }).Normalised();
        for (long seed = 0; seed < 50; seed++)
            Assert.Equal([0, 1, 2], RunPlan.Subset(point, seed).Select(i => i / 4));

        int subsets = Enumerable.Range(0, 50).Select(seed => string.Join(' ', RunPlan.Subset(point, seed))).Distinct().Count();
        Assert.Equal(choice == SubsetChoice.First, subsets == 1);
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
