using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// PolyNet f(x) = ∏_{j≤k} (w_j·x + b_j), and the disjoint PolyNet f(x) = ∏_{j≤k} ⟨w_j, x_{P_j}⟩ with block P_j the inputs j·n/k … (j+1)·n/k − 1
/// (paper, section 3 and appendix A). The k(n+1) parameters: w_j, b_j for each factor; those that a disjoint PolyNet lacks are constant zeros.
/// </summary>
public sealed class ProductNetwork(Point point, long seed) : ReferenceNetwork(point, Describe(point, new InitialDraws(point, seed)))
{
    private readonly int n = point.N;
    private readonly int k = point.K;

    /// <summary>Number of the weight from input i to factor j.</summary>
    public int W(int j, int i) => (j * (n + 1)) + i;

    /// <summary>Number of the bias of factor j.</summary>
    public int B(int j) => W(j, n);

    public override double Output(double[] x)
    {
        double f = 1;
        for (int j = 0; j < k; j++)
            f *= Factor(j, x);

        return f;
    }

    /// <summary>z_j: a factor of f(x).</summary>
    public double Factor(int j, double[] x)
    {
        double[] inputs = Encoded(x);
        double z = Parameters[B(j)];
        for (int i = 0; i < n; i++)
            z += Parameters[W(j, i)] * inputs[i];

        return z;
    }

    protected override void AddGradient(double[] x, double df, double[] gradient)
    {
        double[] inputs = Encoded(x);
        for (int j = 0; j < k; j++)
        {
            // f/z_j would fail for z_j = 0.
            double dz = df;
            for (int other = 0; other < k; other++)
                dz *= other == j ? 1 : Factor(other, x);

            if (!IsFixed(B(j)))
                gradient[B(j)] += dz;

            for (int i = 0; i < n; i++)
                gradient[W(j, i)] += IsFixed(W(j, i)) ? 0 : dz * inputs[i];
        }
    }

    private static IEnumerable<ReferenceParameter> Describe(Point point, InitialDraws draws)
    {
        bool disjoint = point.Model == Model.DisjointPolynet;
        for (int j = 0; j < point.K; j++)
        {
            double[] row = draws.Row(j);
            for (int i = 0; i < point.N; i++)
            {
                bool outside = disjoint && i / (point.N / point.K) != j;
                yield return new(0, FirstLayerLayout.Index(point.N, j, i), outside ? 0 : row[i], outside);
            }

            yield return new(0, FirstLayerLayout.Index(point.N, j, point.N), disjoint ? 0 : draws.Bias(j), disjoint);
        }
    }
}
