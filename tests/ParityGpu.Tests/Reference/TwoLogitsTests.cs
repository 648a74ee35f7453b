using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

/// <summary>Two logits trained with cross entropy, all of them written out, against the one output that the program trains in their place.</summary>
public sealed class TwoLogitsTests
{
    private const int Inputs = 6;
    private const int Width = 9;
    private const double Rate = 0.05;
    private const double Decay = 0.02;
    private const double Beta1 = 0.75;
    private const double Beta2 = 0.875;
    private const double Epsilon = 0.0009765625;

    [Theory]
    [InlineData(Optimizer.Sgd)]
    [InlineData(Optimizer.Momentum)]
    [InlineData(Optimizer.Adam)]
    [InlineData(Optimizer.Adamw)]
    [InlineData(Optimizer.SignSgd)]
    public void One_output_at_twice_the_rate_is_their_difference(Optimizer optimizer)
    {
        Point point = Points.Relu(Inputs, 2, Width, 16, Rate, Init.Torch) with
        {
            Loss = Loss.Logistic,
            Logits = 2,
            Optimizer = optimizer,
            WeightDecay = Decay,
            Momentum = Beta1,
            Beta2 = Beta2,
            Epsilon = Epsilon,
        };
        var one = new ReferenceTrainer(point, seed: 3);
        var network = (MlpNetwork)one.Network;
        var two = new Logits(network, RunPlan.Settings(point, 3), optimizer);

        // The program rounds the differences to floats.
        AssertSame(two, network, 1e-7);
        two.CopyDifferencesTo(network);
        for (int step = 0; step < 25; step++)
        {
            two.Step(one.NextBatch());
            one.Step();
            AssertSame(two, network, 1e-11);
        }
    }

    [Fact]
    public void Both_logits_are_drawn_apart()
    {
        Point point = Points.Relu(Inputs, 2, Width, 16, Rate, Init.Torch) with { Loss = Loss.Logistic };
        var one = new MlpNetwork(point, 3);
        var two = new MlpNetwork(point with { Logits = 2 }, 3);
        int[] output = [.. Enumerable.Range(0, Width).Select(one.U), one.C];

        Assert.All(Enumerable.Range(0, one.Parameters.Length), p => Assert.Equal(output.Contains(p), one.Parameters[p] != two.Parameters[p]));
        Assert.Equal(0, new MlpNetwork(point with { Logits = 2, Biases = InitialBiases.Zero }, 3).Parameters[one.C]);
    }

    private static void AssertSame(Logits two, MlpNetwork network, double tolerance)
    {
        for (int j = 0; j < Width; j++)
        {
            Assert.Equal(two.Theta[Logits.U(0, j)] - two.Theta[Logits.U(1, j)], network.Parameters[network.U(j)], tolerance);
            for (int i = 0; i <= Inputs; i++)
                Assert.Equal(two.Theta[Logits.W(j, i)], network.Parameters[network.W(1, j, i)], tolerance);
        }

        Assert.Equal(two.Theta[Logits.U(0, Width)] - two.Theta[Logits.U(1, Width)], network.Parameters[network.C], tolerance);
    }

    /// <summary>w_j and b_j of the hidden units, then the weights and the bias of either logit.</summary>
    private sealed class Logits
    {
        private const int Hidden = Width * (Inputs + 1);

        private readonly Optimizer optimizer;
        private readonly double[] m = new double[Hidden + (2 * (Width + 1))];
        private readonly double[] v = new double[Hidden + (2 * (Width + 1))];
        private int steps;

        public Logits(MlpNetwork hidden, RunSettings settings, Optimizer optimizer)
        {
            this.optimizer = optimizer;
            double Draw(uint word) => Initialisation.Draw(settings.Distribution, settings.OutputScale, word);
            for (int j = 0; j < Width; j++)
            {
                for (int i = 0; i <= Inputs; i++)
                    Theta[W(j, i)] = hidden.Parameters[hidden.W(1, j, i)];

                WordQuad words = RandomStreams.HiddenOutputDraws(3, (uint)j);
                (Theta[U(0, j)], Theta[U(1, j)]) = (Draw(words.W1), Draw(words.W2));
            }

            WordQuad bias = RandomStreams.OutputBiasDraw(3);
            (Theta[U(0, Width)], Theta[U(1, Width)]) = (Draw(bias.W0), Draw(bias.W1));
        }

        public double[] Theta { get; } = new double[Hidden + (2 * (Width + 1))];

        public static int W(int j, int i) => (j * (Inputs + 1)) + i;

        /// <summary>Weight of unit j in a logit; of j = r its bias.</summary>
        public static int U(int logit, int j) => Hidden + (logit * (Width + 1)) + j;

        public void CopyDifferencesTo(MlpNetwork network)
        {
            for (int j = 0; j < Width; j++)
                network.Parameters[network.U(j)] = Theta[U(0, j)] - Theta[U(1, j)];

            network.Parameters[network.C] = Theta[U(0, Width)] - Theta[U(1, Width)];
        }

        public void Step(SampleBatch batch)
        {
            double[] gradient = new double[Theta.Length];
            for (int b = 0; b < batch.Labels.Length; b++)
                AddGradient(batch.Inputs[b], batch.Labels[b] > 0 ? 0 : 1, batch.Labels.Length, gradient);

            steps++;
            double shrink = optimizer == Optimizer.Adamw ? Rate * Decay : Decay;
            for (int p = 0; p < Theta.Length; p++)
                Theta[p] = ((1 - shrink) * Theta[p]) - (Rate * Direction(p, gradient[p]));
        }

        /// <summary>Of the mean cross entropy: a logit's slope is its softmax, less 1 for the label's.</summary>
        private void AddGradient(double[] x, int label, int samples, double[] gradient)
        {
            double[] z = [.. Enumerable.Range(0, Width).Select(j => Theta[W(j, Inputs)] + x.Select((value, i) => value * Theta[W(j, i)]).Sum())];
            double[] f = [.. new[] { 0, 1 }.Select(logit => Theta[U(logit, Width)] + z.Select((value, j) => Math.Max(value, 0) * Theta[U(logit, j)]).Sum())];
            for (int logit = 0; logit < 2; logit++)
            {
                double slope = ((Math.Exp(f[logit]) / (Math.Exp(f[0]) + Math.Exp(f[1]))) - (logit == label ? 1 : 0)) / samples;
                gradient[U(logit, Width)] += slope;
                for (int j = 0; j < Width; j++)
                {
                    gradient[U(logit, j)] += slope * Math.Max(z[j], 0);
                    double below = z[j] > 0 ? slope * Theta[U(logit, j)] : 0;
                    for (int i = 0; i <= Inputs; i++)
                        gradient[W(j, i)] += below * (i < Inputs ? x[i] : 1);
                }
            }
        }

        private double Direction(int p, double g)
        {
            switch (optimizer)
            {
                case Optimizer.Momentum:
                    return m[p] = (Beta1 * m[p]) + g;
                case Optimizer.Adam or Optimizer.Adamw:
                    m[p] = (Beta1 * m[p]) + ((1 - Beta1) * g);
                    v[p] = (Beta2 * v[p]) + ((1 - Beta2) * g * g);
                    return m[p] / (1 - Math.Pow(Beta1, steps)) / (Math.Sqrt(v[p] / (1 - Math.Pow(Beta2, steps))) + Epsilon);
                case Optimizer.SignSgd:
                    return Math.Sign(g);
                default:
                    return g;
            }
        }
    }
}
