using System.Numerics;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class GradientTests
{
    private const double Step = 1e-6;

    /// <summary>Rounding and the third derivative cost about the same here.</summary>
    private const double SmoothStep = 2e-6;

    private const double KinkMargin = 1e-4;

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 },
        { 5, 2, 3, 24 },
        { 10, 3, 20, 32 },
        { 7, 7, 12, 33 },
        { 30, 3, 17, 1 },
        { 9, 4, 33, 70 },
    };

    public static TheoryData<Point> NetworksAndLosses =>
    [
        .. from network in Points.Networks(n: 8, k: 4, width: 5, batch: 6)
           from loss in Enum.GetValues<Loss>()
           select network with { Loss = loss },
        .. from network in Points.Networks(n: 8, k: 4, width: 5, batch: 6)
           select network with { Loss = Loss.Square, Target = Target.TryParse("x1+0.5x1x2-x1x2x3x4")! },
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_agrees_with_central_differences_for_every_parameter(int n, int k, int width, int batch)
    {
        foreach (Init init in Enum.GetValues<Init>())
        {
            Point point = Points.Relu(n, k, width, batch, init: init);
            ReferenceTrainer trainer = Enumerable.Range(0, 100)
                .Select(seed => Trained(point, seed, steps: 5))
                .First(trained => DistanceToKink(trained, trained.NextBatch(), point) > 10 * Step);
            AssertCentralDifferences(trainer, trainer.NextBatch());
        }
    }

    /// <summary>Every network with every loss at its initial weights; of a shape that all of them have.</summary>
    [Theory]
    [MemberData(nameof(NetworksAndLosses))]
    public void Gradient_of_every_network_and_loss_agrees_with_central_differences(Point point)
    {
        ReferenceTrainer trainer = Enumerable.Range(0, 100)
            .Select(seed => new ReferenceTrainer(point, seed))
            .First(trained => DistanceToKink(trained, trained.NextBatch(), point) > KinkMargin
                && trained.LossAndGradient(trained.NextBatch()).Gradient.Any(slope => slope != 0));
        SampleBatch samples = trainer.NextBatch();
        double[] gradient = trainer.LossAndGradient(samples).Gradient;
        double largest = gradient.Max(Math.Abs);
        for (int p = 0; p < gradient.Length; p++)
        {
            if (trainer.Network.IsFixed(p) && point.Model == Model.DisjointPolynet)
            {
                Assert.Equal(0, gradient[p]);
                continue;
            }

            double difference = CentralDifference(trainer, samples, p, SmoothStep);
            Assert.True(
                Math.Abs(difference - gradient[p]) <= (1e-6 * Math.Abs(gradient[p])) + (1e-8 * largest),
                $"parameter {p}: gradient {gradient[p]}, central difference {difference}");
        }
    }

    /// <summary>Layerwise, f reads a lower layer, and the layers above have no gradient.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gradient_of_a_stage_agrees_with_central_differences(int stage)
    {
        Point point = Points.Relu(6, 3, 5, 7, lr: 0.01) with { Model = Model.Deep, Depth = 4, Loss = Loss.Logistic };
        var trainer = new ReferenceTrainer(point, seed: 2);
        trainer.Network.Stage = stage;
        SampleBatch samples = trainer.NextBatch();
        double[] gradient = trainer.LossAndGradient(samples).Gradient;
        for (int p = 0; p < gradient.Length; p++)
        {
            Assert.Equal(CentralDifference(trainer, samples, p, SmoothStep), gradient[p], 1e-7 * gradient.Max(Math.Abs));
            if (trainer.Network.Layer(p) is int layer && layer < 3 && layer >= stage)
                Assert.Equal(0, gradient[p]);
        }
    }

    /// <summary>The gradient of a factor is the product of the others even where it is 0 itself, or one of them.</summary>
    [Fact]
    public void A_zero_factor_does_not_spoil_the_gradient_of_a_product()
    {
        Point point = (Points.Relu(6, 3, 1, 1) with { Model = Model.Polynet, Loss = Loss.Correlation }).Normalised();
        var network = new ProductNetwork(point, seed: 1);
        for (int i = 0; i <= 6; i++)
            network.Parameters[network.W(1, i)] = 0;

        SampleBatch sample = SampleBatch.Training(point, 1, 0);
        double[] x = sample.Inputs[0];
        double[] gradient = network.LossAndGradient(sample, new Correlation()).Gradient;

        Assert.Equal(0, network.Output(x));
        Assert.Equal(-sample.Labels[0] * network.Factor(0, x) * network.Factor(2, x), gradient[network.B(1)], 1e-15);
        Assert.Equal(gradient[network.B(1)] * x[4], gradient[network.W(1, 4)], 1e-15);
        Assert.Equal(0, gradient[network.B(0)]);
        Assert.Equal(0, gradient[network.W(2, 3)]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Popcount_gradient_equals_the_chain_rule(int n, int k, int width, int batch)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            ReferenceTrainer trainer = Trained(Points.Relu(n, k, width, batch), seed, steps: 20);
            SampleBatch samples = trainer.NextBatch();
            double[] expected = trainer.LossAndGradient(samples).Gradient;
            double[] actual = PopcountGradient(trainer, samples);
            for (int p = 0; p < expected.Length; p++)
                Assert.Equal(expected[p], actual[p], 1e-12);
        }
    }

    [Fact]
    public void A_step_is_decay_then_gradient()
    {
        Point point = Points.Relu(6, 2, 5, 8, lr: 0.3) with { WeightDecay = 0.05 };
        var trainer = new ReferenceTrainer(point, seed: 1);
        double[] before = [.. trainer.Parameters];
        double[] gradient = trainer.LossAndGradient(trainer.NextBatch()).Gradient;

        trainer.Step();

        Assert.Equal(1, trainer.Steps);
        for (int p = 0; p < before.Length; p++)
            Assert.Equal((0.95 * before[p]) - (0.3 * gradient[p]), trainer.Parameters[p], 1e-14);
    }

    private static ReferenceTrainer Trained(Point point, long seed, int steps)
    {
        var trainer = new ReferenceTrainer(point, seed);
        for (int step = 0; step < steps; step++)
            trainer.Step();

        return trainer;
    }

    private static void AssertCentralDifferences(ReferenceTrainer trainer, SampleBatch samples)
    {
        double[] gradient = trainer.LossAndGradient(samples).Gradient;
        for (int p = 0; p < gradient.Length; p++)
        {
            double difference = CentralDifference(trainer, samples, p, Step);
            Assert.True(
                Math.Abs(difference - gradient[p]) <= (1e-4 * Math.Abs(gradient[p])) + 1e-8,
                $"parameter {p}: gradient {gradient[p]}, central difference {difference}");
        }
    }

    private static double CentralDifference(ReferenceTrainer trainer, SampleBatch samples, int p, double step)
    {
        double[] values = trainer.Parameters;
        double value = values[p];
        values[p] = value + step;
        double above = trainer.LossAndGradient(samples).Loss;
        values[p] = value - step;
        double below = trainer.LossAndGradient(samples).Loss;
        values[p] = value;
        return (above - below) / (2 * step);
    }

    /// <summary>The smallest distance of a z or yf from where activation or loss have no derivative.</summary>
    private static double DistanceToKink(ReferenceTrainer trainer, SampleBatch samples, Point point)
    {
        double distance = double.PositiveInfinity;
        for (int b = 0; b < samples.Labels.Length; b++)
        {
            double[] x = samples.Inputs[b];
            if (point.Loss == Loss.Hinge)
                distance = Math.Min(distance, Math.Abs(1 - (samples.Labels[b] * trainer.Output(x))));

            if (point.Model != Model.Mlp || trainer.Network is not MlpNetwork mlp)
                continue;

            for (int j = 0; j < point.Width; j++)
                distance = Math.Min(distance, DistanceToKink(mlp.Preactivations(x)[1][j], point));
        }

        return distance;
    }

    private static double DistanceToKink(double z, Point point) => point.Activation switch
    {
        Activation.Relu => Math.Abs(z),
        Activation.Zigzag or Activation.Triangle => Math.Abs(Math.IEEERemainder(z - point.K, 2)),
        _ => double.PositiveInfinity,
    };

    /// <summary>
    /// The gradient as the kernels form it (kernels/NUMERICS.md, backward): counts of samples in 32-bit words, a bit set
    /// where a factor is −1.
    /// </summary>
    private static double[] PopcountGradient(ReferenceTrainer trainer, SampleBatch samples)
    {
        var network = (MlpNetwork)trainer.Network;
        double[] parameters = network.Parameters;
        double[] gradient = new double[parameters.Length];
        int inputs = samples.Inputs[0].Length;
        int width = network.C / (inputs + 2);
        int batch = samples.Labels.Length;
        bool InMargin(int b) => samples.Labels[b] * trainer.Output(samples.Inputs[b]) < 1;

        uint[] labels = Words(batch, b => samples.Labels[b] < 0);
        uint[] margin = Words(batch, InMargin);
        gradient[network.C] = -(double)SignedCount(margin, labels) / batch;
        for (int j = 0; j < width; j++)
        {
            uint[] active = Words(batch, b => InMargin(b) && network.Preactivations(samples.Inputs[b])[1][j] > 0);
            int biasCount = SignedCount(active, labels);
            double weightedCounts = parameters[network.B(1, j)] * biasCount;
            gradient[network.B(1, j)] = -parameters[network.U(j)] * biasCount / batch;
            for (int i = 0; i < inputs; i++)
            {
                uint[] negative = Words(batch, b => samples.Inputs[b][i] < 0);
                uint[] products = [.. labels.Zip(negative, (y, x) => y ^ x)];
                int count = SignedCount(active, products);
                weightedCounts += parameters[network.W(1, j, i)] * count;
                gradient[network.W(1, j, i)] = -parameters[network.U(j)] * count / batch;
            }

            gradient[network.U(j)] = -weightedCounts / batch;
        }

        return gradient;
    }

    /// <summary>Σ over the samples of <paramref name="set"/> of the signs in <paramref name="negative"/>.</summary>
    private static int SignedCount(uint[] set, uint[] negative) =>
        set.Zip(negative, (s, m) => BitOperations.PopCount(s) - (2 * BitOperations.PopCount(s & m))).Sum();

    private static uint[] Words(int samples, Func<int, bool> bit)
    {
        uint[] words = new uint[(samples + 31) / 32];
        for (int b = 0; b < samples; b++)
            words[b / 32] |= bit(b) ? 1u << (b % 32) : 0;

        return words;
    }
}
