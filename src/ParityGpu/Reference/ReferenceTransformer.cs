using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// The oracle of a transformer's tests in double precision: attention sample by sample and token by token, then the chain rule. n = inputs, d =
/// dimension of an embedding, H = heads, a = dimension of a head, r = hidden units of the readout.
/// </summary>
public sealed class ReferenceTransformer(Point point, ILoss loss)
{
    private readonly int n = point.N;
    private readonly int d = point.DEmb;
    private readonly int heads = point.Heads;
    private readonly int a = point.DAttn;
    private readonly int r = point.Width;

    /// <summary>Number of parameters.</summary>
    public int Count => ((n + 3) * d) + (4 * heads * a * d) + (r * (d + 2)) + 1;

    /// <summary>Parameters in this class's order from a kernel's buffer (<see cref="AttentionLayout"/>).</summary>
    /// <param name="weights">A slot's parameters.</param>
    /// <param name="shape">The bank's shape.</param>
    /// <returns>[<see cref="Count"/>].</returns>
    public double[] Read(float[] weights, LaunchShape shape)
    {
        double[] values = new double[Count];
        int padded = AttentionLayout.PaddedEmbedding(shape);
        for (int row = 0; row < n + 3; row++)
        {
            for (int i = 0; i < d; i++)
                values[Embedding(row) + i] = weights[AttentionLayout.Embeddings(shape) + ((long)row * padded) + i];
        }

        for (int j = 0; j < heads * a; j++)
        {
            for (int i = 0; i < d; i++)
            {
                values[Query(j) + i] = weights[AttentionLayout.Query(shape) + AttentionLayout.Index(d, j, i)];
                values[Key(j) + i] = weights[AttentionLayout.Key(shape) + ((long)j * padded) + i];
                values[Value(j) + i] = weights[AttentionLayout.Value(shape) + AttentionLayout.Index(d, j, i)];
                values[Projection(i) + j] = weights[AttentionLayout.Projection(shape) + AttentionLayout.Index(heads * a, i, j)];
            }
        }

        for (int j = 0; j < r; j++)
        {
            for (int i = 0; i < d + 2; i++)
                values[Hidden(j) + i] = weights[FirstLayerLayout.Index(d, j, i)];
        }

        values[^1] = weights[FirstLayerLayout.OutputBias(d, r)];
        return values;
    }

    /// <summary>The output f(x).</summary>
    /// <param name="parameters">[<see cref="Count"/>].</param>
    /// <param name="x">[n], each ±1.</param>
    public double Output(double[] parameters, double[] x) => Run(parameters, x, null, null);

    /// <summary>Mean loss of a batch and its gradient.</summary>
    /// <param name="parameters">[<see cref="Count"/>].</param>
    /// <param name="batch">The samples.</param>
    public (double Loss, double[] Gradient) LossAndGradient(double[] parameters, SampleBatch batch)
    {
        double[] gradient = new double[Count];
        double mean = 0;
        int samples = batch.Labels.Length;
        for (int b = 0; b < samples; b++)
        {
            double y = batch.Labels[b];
            double f = Run(parameters, batch.Inputs[b], gradient, output => loss.Slope(y, output) / samples);
            mean += loss.Value(y, f) / samples;
        }

        return (mean, gradient);
    }

    /// <summary>Output of one sample; adds ∂ℓ/∂θ to a gradient if there is one.</summary>
    private double Run(double[] p, double[] x, double[]? gradient, Func<double, double>? slope)
    {
        // Tokens 0 … n−1 are the inputs, token n the class token.
        double[][] tokens = [.. Enumerable.Range(0, n).Select(i => Token(p, i, x[i])), p[Embedding(n + 2)..(Embedding(n + 2) + d)]];
        double[] query = Multiply(p, Query, heads * a, tokens[n]);
        double[][] keys = [.. tokens.Select(token => Multiply(p, Key, heads * a, token))];
        double[][] values = [.. tokens.Select(token => Multiply(p, Value, heads * a, token))];
        double[][] attention = [.. Enumerable.Range(0, heads).Select(head => Attention(query, keys, head))];
        double[] mixed = [.. Enumerable.Range(0, heads * a).Select(j => Enumerable.Range(0, n + 1).Sum(t => attention[j / a][t] * values[t][j]))];
        double[] projected = Multiply(p, Projection, d, mixed);
        double[] features = [.. projected.Select((value, i) => value + tokens[n][i])];
        double[] hidden = Multiply(p, Hidden, r, features);
        double f = p[^1];
        for (int j = 0; j < r; j++)
        {
            hidden[j] += p[Hidden(j) + d];
            f += p[Hidden(j) + d + 1] * Math.Max(0, hidden[j]);
        }

        if (gradient is null || slope is null)
            return f;

        double df = slope(f);
        double[] dFeatures = new double[d];
        gradient[^1] += df;
        for (int j = 0; j < r; j++)
        {
            gradient[Hidden(j) + d + 1] += df * Math.Max(0, hidden[j]);
            double dz = hidden[j] > 0 ? df * p[Hidden(j) + d + 1] : 0;
            gradient[Hidden(j) + d] += dz;
            AddOuter(p, gradient, Hidden(j), dz, features, dFeatures);
        }

        double[][] dTokens = [.. tokens.Select(_ => new double[d])];
        double[] dMixed = new double[heads * a];
        for (int i = 0; i < d; i++)
        {
            dTokens[n][i] += dFeatures[i];
            AddOuter(p, gradient, Projection(i), dFeatures[i], mixed, dMixed);
        }

        double[] dQuery = new double[heads * a];
        for (int head = 0; head < heads; head++)
            AttentionBackward(p, gradient, head, query, keys, values, attention[head], dMixed, tokens, dTokens, dQuery);

        for (int j = 0; j < heads * a; j++)
            AddOuter(p, gradient, Query(j), dQuery[j], tokens[n], dTokens[n]);

        for (int i = 0; i < d; i++)
        {
            gradient[Embedding(n + 2) + i] += dTokens[n][i];
            for (int t = 0; t < n; t++)
            {
                gradient[Embedding(t) + i] += dTokens[t][i];
                gradient[Embedding(x[t] > 0 ? n : n + 1) + i] += dTokens[t][i];
            }
        }

        return f;
    }

    private void AttentionBackward(
        double[] p, double[] gradient, int head, double[] query, double[][] keys, double[][] values, double[] attention, double[] dMixed,
        double[][] tokens, double[][] dTokens, double[] dQuery)
    {
        double[] dAttention = new double[n + 1];
        for (int t = 0; t <= n; t++)
        {
            for (int j = head * a; j < (head + 1) * a; j++)
            {
                dAttention[t] += dMixed[j] * values[t][j];
                AddOuter(p, gradient, Value(j), dMixed[j] * attention[t], tokens[t], dTokens[t]);
            }
        }

        double mean = Enumerable.Range(0, n + 1).Sum(t => attention[t] * dAttention[t]);
        for (int t = 0; t <= n; t++)
        {
            double dScore = attention[t] * (dAttention[t] - mean) / Math.Sqrt(a);
            for (int j = head * a; j < (head + 1) * a; j++)
            {
                dQuery[j] += dScore * keys[t][j];
                AddOuter(p, gradient, Key(j), dScore * query[j], tokens[t], dTokens[t]);
            }
        }
    }

    /// <summary>Softmax of a head's scores over the n + 1 tokens.</summary>
    private double[] Attention(double[] query, double[][] keys, int head)
    {
        double[] scores = [.. keys.Select(key => Enumerable.Range(head * a, a).Sum(j => query[j] * key[j]) / Math.Sqrt(a))];
        double most = scores.Max();
        double sum = scores.Sum(score => Math.Exp(score - most));
        return [.. scores.Select(score => Math.Exp(score - most) / sum)];
    }

    private double[] Token(double[] p, int input, double x) =>
        [.. Enumerable.Range(0, d).Select(i => p[Embedding(input) + i] + p[Embedding(x > 0 ? n : n + 1) + i])];

    /// <summary>A matrix times a vector; <paramref name="place"/> says where a row starts.</summary>
    private static double[] Multiply(double[] p, Func<int, int> place, int count, double[] vector)
    {
        double[] product = new double[count];
        for (int row = 0; row < count; row++)
        {
            int start = place(row);
            for (int i = 0; i < vector.Length; i++)
                product[row] += p[start + i] * vector[i];
        }

        return product;
    }

    /// <summary>Adds one row's part of the gradients of a matrix and of the vector that it is multiplied with.</summary>
    private static void AddOuter(double[] p, double[] gradient, int row, double descent, double[] vector, double[] dVector)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            gradient[row + i] += descent * vector[i];
            dVector[i] += descent * p[row + i];
        }
    }

    // Starts of rows: embeddings as in the layout of the kernels, Wq, Wk, Wv, Wo, then w_j, b_j, u_j of each hidden unit, then c.
    private int Embedding(int row) => row * d;

    private int Query(int row) => ((n + 3) * d) + (row * d);

    private int Key(int row) => Query(heads * a) + (row * d);

    private int Value(int row) => Key(heads * a) + (row * d);

    private int Projection(int row) => Value(heads * a) + (row * heads * a);

    private int Hidden(int row) => Projection(d) + (row * (d + 2));
}
