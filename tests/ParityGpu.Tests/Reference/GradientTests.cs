using System.Numerics;
using ParityGpu.Reference;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

public sealed class GradientTests
{
    private const double Step = 1e-6;

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 },
        { 5, 2, 3, 24 },
        { 10, 3, 20, 32 },
        { 7, 7, 12, 33 },
        { 30, 3, 17, 1 },
        { 9, 4, 33, 70 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_agrees_with_central_differences_for_every_parameter(int n, int k, int width, int batch)
    {
        foreach (Init init in Enum.GetValues<Init>())
        {
            ReferenceTrainer trainer = Enumerable.Range(0, 100)
                .Select(seed => Trained(Points.Relu(n, k, width, batch, init: init), seed, steps: 5))
                .First(trained => DistanceToKink(trained, trained.NextBatch()) > 10 * Step);
            AssertCentralDifferences(trainer, trainer.NextBatch());
        }
    }

    /// <summary>The chain rule holds for any activation and loss: no property of ReLU or hinge has crept in.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_agrees_with_central_differences_for_smooth_functions(int n, int k, int width, int batch)
    {
        var trainer = new ReferenceTrainer(Points.Relu(n, k, width, batch), seed: 4, new Cubic(), new Squared());
        AssertCentralDifferences(trainer, trainer.NextBatch());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Popcount_gradient_equals_the_chain_rule(int n, int k, int width, int batch)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            ReferenceTrainer trainer = Trained(Points.Relu(n, k, width, batch), seed, steps: 20);
            SampleBatch samples = trainer.NextBatch();
            double[] expected = trainer.LossAndGradient(samples).Gradient.Values;
            double[] actual = PopcountGradient(trainer, samples).Values;
            for (int p = 0; p < expected.Length; p++)
                Assert.Equal(expected[p], actual[p], 1e-12);
        }
    }

    [Fact]
    public void A_step_is_decay_then_gradient()
    {
        Point point = Points.Relu(6, 2, 5, 8, lr: 0.3) with { WeightDecay = 0.05 };
        var trainer = new ReferenceTrainer(point, seed: 1);
        double[] before = [.. trainer.Parameters.Values];
        double[] gradient = trainer.LossAndGradient(trainer.NextBatch()).Gradient.Values;

        trainer.Step();

        Assert.Equal(1, trainer.Steps);
        for (int p = 0; p < before.Length; p++)
            Assert.Equal((0.95 * before[p]) - (0.3 * gradient[p]), trainer.Parameters.Values[p], 1e-14);
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
        double[] gradient = trainer.LossAndGradient(samples).Gradient.Values;
        double[] values = trainer.Parameters.Values;
        for (int p = 0; p < values.Length; p++)
        {
            double value = values[p];
            values[p] = value + Step;
            double above = trainer.LossAndGradient(samples).Loss;
            values[p] = value - Step;
            double below = trainer.LossAndGradient(samples).Loss;
            values[p] = value;

            double difference = (above - below) / (2 * Step);
            Assert.True(
                Math.Abs(difference - gradient[p]) <= (1e-4 * Math.Abs(gradient[p])) + 1e-8,
                $"parameter {p}: gradient {gradient[p]}, central difference {difference}");
        }
    }

    /// <summary>The smallest |z| and |1 − yf|, where the loss has no derivative.</summary>
    private static double DistanceToKink(ReferenceTrainer trainer, SampleBatch samples)
    {
        double distance = double.PositiveInfinity;
        for (int b = 0; b < samples.Labels.Length; b++)
        {
            double[] x = samples.Inputs[b];
            distance = Math.Min(distance, Math.Abs(1 - (samples.Labels[b] * trainer.Output(x))));
            for (int j = 0; j < trainer.Parameters.Width; j++)
                distance = Math.Min(distance, Math.Abs(trainer.Preactivation(j, x)));
        }

        return distance;
    }

    /// <summary>
    /// The gradient as the kernels form it (kernels/NUMERICS.md, backward): counts of samples in 32-bit words, a bit set
    /// where a factor is −1.
    /// </summary>
    private static MlpParameters PopcountGradient(ReferenceTrainer trainer, SampleBatch samples)
    {
        MlpParameters parameters = trainer.Parameters;
        var gradient = new MlpParameters(parameters.Inputs, parameters.Width);
        int batch = samples.Labels.Length;
        bool InMargin(int b) => samples.Labels[b] * trainer.Output(samples.Inputs[b]) < 1;

        uint[] labels = Words(batch, b => samples.Labels[b] < 0);
        uint[] margin = Words(batch, InMargin);
        gradient.C = -(double)SignedCount(margin, labels) / batch;
        for (int j = 0; j < parameters.Width; j++)
        {
            uint[] active = Words(batch, b => InMargin(b) && trainer.Preactivation(j, samples.Inputs[b]) > 0);
            int biasCount = SignedCount(active, labels);
            double weightedCounts = parameters.B(j) * biasCount;
            gradient.B(j) = -parameters.U(j) * biasCount / batch;
            for (int i = 0; i < parameters.Inputs; i++)
            {
                uint[] inputs = Words(batch, b => samples.Inputs[b][i] < 0);
                uint[] products = [.. labels.Zip(inputs, (y, x) => y ^ x)];
                int count = SignedCount(active, products);
                weightedCounts += parameters.W(j, i) * count;
                gradient.W(j, i) = -parameters.U(j) * count / batch;
            }

            gradient.U(j) = -weightedCounts / batch;
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

    private sealed class Cubic : IActivation
    {
        public double Value(double z) => z * z * z;

        public double Slope(double z) => 3 * z * z;
    }

    private sealed class Squared : ILoss
    {
        public double Value(double y, double f) => (y - f) * (y - f);

        public double Slope(double y, double f) => 2 * (f - y);
    }
}
