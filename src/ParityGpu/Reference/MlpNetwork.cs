using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// f(x) = c + Σ_j u_j σ(w_j·x + b_j) (paper, section 3). n inputs, r hidden neurons. The r(n+2)+1 parameters: w_j, b_j, u_j for
/// each neuron, then c.
/// </summary>
public sealed class MlpNetwork(Point point, long seed) : ReferenceNetwork(point, Describe(point, new InitialDraws(point, seed)))
{
    private readonly int n = point.N;
    private readonly int r = point.Width;
    private readonly IActivation activation = Activations.Named(point.Activation, point.K);

    /// <summary>Number of the output bias.</summary>
    public int C => r * (n + 2);

    /// <summary>Number of the weight from input i to neuron j.</summary>
    public int W(int j, int i) => (j * (n + 2)) + i;

    /// <summary>Number of the bias of neuron j.</summary>
    public int B(int j) => W(j, n);

    /// <summary>Number of the output weight of neuron j.</summary>
    public int U(int j) => W(j, n + 1);

    public override double Output(double[] x)
    {
        double f = Parameters[C];
        for (int j = 0; j < r; j++)
            f += Parameters[U(j)] * activation.Value(Preactivation(j, x));

        return f;
    }

    /// <summary>z_j = w_j·x + b_j.</summary>
    public double Preactivation(int j, double[] x)
    {
        double z = Parameters[B(j)];
        for (int i = 0; i < n; i++)
            z += Parameters[W(j, i)] * x[i];

        return z;
    }

    protected override void AddGradient(double[] x, double df, double[] gradient)
    {
        gradient[C] += df;
        for (int j = 0; j < r; j++)
        {
            double z = Preactivation(j, x);
            gradient[U(j)] += df * activation.Value(z);

            double dz = df * Parameters[U(j)] * activation.Slope(z);
            gradient[B(j)] += dz;
            for (int i = 0; i < n; i++)
                gradient[W(j, i)] += dz * x[i];
        }
    }

    private static IEnumerable<ReferenceParameter> Describe(Point point, InitialDraws draws)
    {
        bool isFixed = point.Output == OutputLayer.Fixed;
        for (int j = 0; j < point.Width; j++)
        {
            double[] row = draws.Row(j);
            for (int i = 0; i < point.N; i++)
                yield return new(0, FirstLayerLayout.Index(point.N, j, i), row[i]);

            yield return new(0, FirstLayerLayout.Index(point.N, j, point.N), draws.Bias(j));
            yield return new(1, FirstLayerLayout.Index(point.N, j, point.N + 1), draws.OutputWeight(j), isFixed);
        }

        yield return new(1, FirstLayerLayout.OutputBias(point.N, point.Width), draws.OutputBias(), isFixed);
    }
}
