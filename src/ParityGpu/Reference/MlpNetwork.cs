using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// A multilayer perceptron, f = c + u·h_s with h_0 = x, h_l = σ(W_l h_{l−1} + b_l) and s the <see cref="ReferenceNetwork.Stage"/>: one hidden layer
/// (paper, section 3), or several, with σ(z) = z² (appendix A) or any other. n inputs, r units of a hidden layer. Parameters: w_j, b_j, u_j for each
/// unit of the first hidden layer, then c, then for each further hidden layer [unit below, the bias last][unit].
/// </summary>
public sealed class MlpNetwork(Point point, long seed) : ReferenceNetwork(point, Describe(point, new InitialDraws(point, seed)))
{
    private readonly int n = point.Inputs;
    private readonly int r = point.Width;
    private readonly IActivation activation = point.Model == Model.Deep ? new Power(2) : Activations.Named(point.Activation, point.K);

    /// <summary>Number of the output bias.</summary>
    public int C => r * (n + 2);

    /// <summary>Number of the output weight of unit j.</summary>
    public int U(int j) => (j * (n + 2)) + n + 1;

    /// <summary>Number of the weight from input or unit i to unit j of hidden layer l ≥ 1.</summary>
    public int W(int l, int j, int i) => l == 1 ? (j * (n + 2)) + i : C + 1 + ((l - 2) * (r + 1) * r) + (i * r) + j;

    /// <summary>Number of the bias of unit j of hidden layer l ≥ 1.</summary>
    public int B(int l, int j) => W(l, j, l == 1 ? n : r);

    public override double Output(double[] x)
    {
        double f = Parameters[C];
        double[] h = Values(Preactivations(x)[Stage]);
        for (int j = 0; j < r; j++)
            f += Parameters[U(j)] * h[j];

        return f;
    }

    /// <summary>z of the hidden layers up to the stage: [layer from 1][unit].</summary>
    public double[][] Preactivations(double[] x)
    {
        double[][] z = new double[Stage + 1][];
        double[] below = Encoded(x);
        for (int l = 1; l <= Stage; l++)
        {
            z[l] = new double[r];
            for (int j = 0; j < r; j++)
            {
                z[l][j] = Parameters[B(l, j)];
                for (int i = 0; i < below.Length; i++)
                    z[l][j] += Parameters[W(l, j, i)] * below[i];
            }

            below = Values(z[l]);
        }

        return z;
    }

    protected override void AddGradient(double[] x, double df, double[] gradient)
    {
        double[][] z = Preactivations(x);
        gradient[C] += df;
        double[] dh = new double[r];
        for (int j = 0; j < r; j++)
        {
            gradient[U(j)] += df * activation.Value(z[Stage][j]);
            dh[j] = df * Parameters[U(j)];
        }

        for (int l = Stage; l >= 1; l--)
        {
            double[] below = l == 1 ? Encoded(x) : Values(z[l - 1]);
            double[] dBelow = new double[below.Length];
            for (int j = 0; j < r; j++)
            {
                double dz = dh[j] * activation.Slope(z[l][j]);
                gradient[B(l, j)] += dz;
                for (int i = 0; i < below.Length; i++)
                {
                    gradient[W(l, j, i)] += dz * below[i];
                    dBelow[i] += dz * Parameters[W(l, j, i)];
                }
            }

            dh = dBelow;
        }
    }

    private double[] Values(double[] z) => [.. z.Select(activation.Value)];

    private static IEnumerable<ReferenceParameter> Describe(Point point, InitialDraws draws)
    {
        int output = point.Layers - 1;
        bool isFixed = point.Output == OutputLayer.Fixed;
        for (int j = 0; j < point.Width; j++)
        {
            double[] row = draws.Row(j);
            for (int i = 0; i < point.Inputs; i++)
                yield return new(0, FirstLayerLayout.Index(point.Inputs, j, i), row[i]);

            yield return new(0, FirstLayerLayout.Index(point.Inputs, j, point.Inputs), draws.Bias(j));
            yield return new(output, FirstLayerLayout.Index(point.Inputs, j, point.Inputs + 1), draws.OutputWeight(j), isFixed);
        }

        yield return new(output, FirstLayerLayout.OutputBias(point.Inputs, point.Width), draws.OutputBias(), isFixed);

        LaunchShape shape = BankShape.Of(point).Launch(1);
        for (int l = 2; l < point.Layers; l++)
        {
            for (int i = 0; i <= point.Width; i++)
            {
                long row = RunLayout.Dense(shape, l) + ((long)i * RunLayout.PaddedWidth(shape));
                for (int j = 0; j < point.Width; j++)
                    yield return new(l - 1, row + j, i < point.Width ? draws.InnerWeight(l, i, j) : draws.InnerBias(l, j));
            }
        }
    }
}
