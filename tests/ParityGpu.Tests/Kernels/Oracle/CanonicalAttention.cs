using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>The attention layer of NUMERICS.md read aloud: plain float loops over tokens, samples, heads.</summary>
internal sealed class CanonicalAttention
{
    private readonly int n;
    private readonly int dimensions;
    private readonly int heads;
    private readonly int entries;
    private readonly int headSize;
    private readonly RunSettings settings;

    /// <summary>n positions, the tokens + and −, the class token, [row][dimension].</summary>
    private readonly CanonicalParameter[][] rows;

    /// <summary>Wq, Wk, Wv, [entry][dimension], and Wo, [dimension][entry].</summary>
    private readonly CanonicalParameter[][] query;
    private readonly CanonicalParameter[][] key;
    private readonly CanonicalParameter[][] value;
    private readonly CanonicalParameter[][] projection;

    /// <summary>What follows from the parameters alone: q, κ, and of each token p_h and V_j.</summary>
    private float[] q = [];
    private float[][] probes = [];
    private float[][] exponentials = [];
    private float[][] values = [];

    public CanonicalAttention(Point point, RunSettings settings)
    {
        this.settings = settings;
        n = point.N;
        dimensions = point.DEmb;
        heads = point.Heads;
        headSize = point.DAttn;
        entries = heads * headSize;
        rows = Draw(AttentionMatrix.Embedding, n + 3, dimensions, settings.InnerScale);
        query = Draw(AttentionMatrix.Query, entries, dimensions, settings.AttentionScale);
        key = Draw(AttentionMatrix.Key, entries, dimensions, settings.AttentionScale);
        value = Draw(AttentionMatrix.Value, entries, dimensions, settings.AttentionScale);
        projection = Draw(AttentionMatrix.Projection, dimensions, entries, settings.ProjectionScale);
    }

    public IEnumerable<CanonicalParameter> Parameters =>
        new[] { rows, query, key, value, projection }.SelectMany(matrix => matrix).SelectMany(row => row);

    /// <summary>[input][dimension].</summary>
    public CanonicalParameter[][] Positions => rows[..n];

    /// <summary>Tokens in the order of NUMERICS.md: (0, +), (0, −), (1, +), …, the class token; each a sum of rows.</summary>
    private int[][] Tokens => [.. Enumerable.Range(0, n).SelectMany(i => new int[][] { [i, n], [i, n + 1] }), [n + 2]];

    /// <summary>The parameters in the order of <see cref="AttentionLayout"/>.</summary>
    public void Write(float[] weights, in LaunchShape shape)
    {
        int padded = AttentionLayout.PaddedEmbedding(shape);
        WriteRows(weights, AttentionLayout.Embeddings(shape), rows, (row, column) => (row * padded) + column);
        WriteRows(weights, AttentionLayout.Key(shape), key, (row, column) => (row * padded) + column);
        WriteRows(weights, AttentionLayout.Query(shape), query, (row, column) => AttentionLayout.Index(dimensions, row, column));
        WriteRows(weights, AttentionLayout.Value(shape), value, (row, column) => AttentionLayout.Index(dimensions, row, column));
        WriteRows(weights, AttentionLayout.Projection(shape), projection, (row, column) => AttentionLayout.Index(entries, row, column));
    }

    /// <summary>What belongs to tokens; after the parameters have changed.</summary>
    public void Prepare()
    {
        CanonicalParameter[] classRow = rows[n + 2];
        q = Each(entries, j => CanonicalSums.Chain(dimensions, 0f, e => (classRow[e].Value, query[j][e].Value)) * settings.ScoreScale);
        probes = Each(heads, h => Each(dimensions, e => CanonicalSums.Chain(headSize, 0f, m => (q[(h * headSize) + m], key[(h * headSize) + m][e].Value))));
        float[][] scores = Each(rows.Length, row => Each(heads, h => CanonicalSums.Tree(dimensions, e => (probes[h][e], rows[row][e].Value))));
        float[][] rowValues = Each(
            rows.Length, row => Each(entries, j => CanonicalSums.Chain(dimensions, 0f, e => (rows[row][e].Value, value[j][e].Value))));
        values = Each(Tokens.Length, token => Each(entries, j => OfToken(token, row => rowValues[row][j])));
        float[][] tokenScores = Each(Tokens.Length, token => Each(heads, h => OfToken(token, row => scores[row][h])));
        float[] largest = Each(heads, h => tokenScores.Aggregate(tokenScores[^1][h], (most, score) => score[h] > most ? score[h] : most));
        exponentials = Each(Tokens.Length, token => Each(heads, h => Elementary<float, PlainReals>.Exp(tokenScores[token][h] - largest[h])));
    }

    /// <summary>The class token's output for one sample.</summary>
    public CanonicalAttentionPass Forward(int[] x)
    {
        float[] inverses = Each(heads, h => Elementary<float, PlainReals>.Reciprocal(Sum(x, token => exponentials[token][h])));
        float[] mixed = Each(entries, j => Sum(x, token => NumeratorTerm(token, j)) * inverses[j / headSize]);
        float[] output = Each(dimensions, e => CanonicalSums.Chain(entries, rows[n + 2][e].Value, j => (mixed[j], projection[e][j].Value)));
        return new CanonicalAttentionPass(inverses, mixed, output);
    }

    /// <summary>Gradients of all parameters.</summary>
    /// <param name="x">[sample][input].</param>
    /// <param name="passes">[sample].</param>
    /// <param name="outputs">d out_e, [sample][dimension].</param>
    public void Accumulate(int[][] x, CanonicalAttentionPass[] passes, float[][] outputs)
    {
        int samples = passes.Length;
        float[][] mixed = Each(samples, b => Each(entries, j => CanonicalSums.Tree(dimensions, e => (outputs[b][e], projection[e][j].Value))));
        float[][] numerators = Each(samples, b => Each(entries, j => MathF.FusedMultiplyAdd(mixed[b][j], passes[b].Inverses[j / headSize], 0f)));
        float[][] denominators = Each(samples, b => Each(heads, h =>
        {
            float sum = CanonicalSums.Chain(headSize, 0f, m => (mixed[b][(h * headSize) + m], passes[b].Mixed[(h * headSize) + m]));
            return MathF.FusedMultiplyAdd(-sum, passes[b].Inverses[h], 0f);
        }));
        Set(projection, (e, j) => CanonicalSums.Chain(samples, 0f, b => (passes[b].Mixed[j], outputs[b][e])));
        float[] residual = Each(dimensions, e => outputs.Aggregate(0f, (sum, output) => sum + output[e]));
        AccumulateTokens(
            Each(Tokens.Length, token => Each(entries, j => CanonicalSums.Fours(samples, 0f, b => Has(x[b], token) ? numerators[b][j] : 0f))),
            Each(Tokens.Length, token => Each(heads, h => CanonicalSums.Fours(samples, 0f, b => Has(x[b], token) ? denominators[b][h] : 0f))),
            residual);
    }

    /// <summary>From the gradients of the terms of numerators and denominators, [token][entry] and [token][head].</summary>
    private void AccumulateTokens(float[][] numerators, float[][] denominators, float[] residual)
    {
        float[][] rowScores = Each(rows.Length, _ => new float[heads]);
        float[][] rowValues = Each(rows.Length, _ => new float[entries]);
        for (int token = 0; token < Tokens.Length; token++)
        {
            foreach (int row in Tokens[token])
            {
                for (int h = 0; h < heads; h++)
                {
                    float descent = CanonicalSums.Chain(
                        headSize, denominators[token][h], m => (numerators[token][(h * headSize) + m], values[token][(h * headSize) + m]));
                    rowScores[row][h] = MathF.FusedMultiplyAdd(exponentials[token][h], descent, rowScores[row][h]);
                }

                for (int j = 0; j < entries; j++)
                    rowValues[row][j] = MathF.FusedMultiplyAdd(exponentials[token][j / headSize], numerators[token][j], rowValues[row][j]);
            }
        }

        Set(value, (j, e) => CanonicalSums.Chain(rows.Length, 0f, row => (rows[row][e].Value, rowValues[row][j])));
        float[][] probeGradients = Each(heads, h => Each(dimensions, e => CanonicalSums.Chain(rows.Length, 0f, row => (rowScores[row][h], rows[row][e].Value))));
        float[] queryGradients = Each(
            entries, j => settings.ScoreScale * CanonicalSums.Tree(dimensions, e => (key[j][e].Value, probeGradients[j / headSize][e])));
        Set(key, (j, e) => q[j] * probeGradients[j / headSize][e]);
        Set(query, (j, e) => MathF.FusedMultiplyAdd(rows[n + 2][e].Value, queryGradients[j], 0f));
        Set(rows, (row, e) =>
        {
            float gradient = CanonicalSums.Tree(entries, j => (rowValues[row][j], value[j][e].Value));
            gradient = CanonicalSums.Chain(heads, gradient, h => (rowScores[row][h], probes[h][e]));
            return row == n + 2 ? (residual[e] + gradient) + CanonicalSums.Tree(entries, j => (queryGradients[j], query[j][e].Value)) : gradient;
        });
    }

    private static void Set(CanonicalParameter[][] matrix, Func<int, int, float> gradient)
    {
        for (int row = 0; row < matrix.Length; row++)
        {
            for (int column = 0; column < matrix[row].Length; column++)
                matrix[row][column].Gradient = gradient(row, column);
        }
    }

    private static void WriteRows(float[] weights, long start, CanonicalParameter[][] matrix, Func<int, int, long> place)
    {
        for (int row = 0; row < matrix.Length; row++)
        {
            for (int column = 0; column < matrix[row].Length; column++)
                weights[start + place(row, column)] = matrix[row][column].Value;
        }
    }

    private static T[] Each<T>(int count, Func<int, T> of) => [.. Enumerable.Range(0, count).Select(of)];

    /// <summary>Whether a sample has a token.</summary>
    private bool Has(int[] x, int token) => token == 2 * n || x[token / 2] == (token % 2 == 0 ? 1 : -1);

    private float NumeratorTerm(int token, int j) => MathF.FusedMultiplyAdd(exponentials[token][j / headSize], values[token][j], 0f);

    /// <summary>A sum over the sample's tokens, the class token's term first.</summary>
    private float Sum(int[] x, Func<int, float> term) => CanonicalSums.Fours(n, term(2 * n), i => term((2 * i) + (x[i] == 1 ? 0 : 1)));

    private float OfToken(int token, Func<int, float> ofRow) => Tokens[token].Select(ofRow).Aggregate((position, sign) => position + sign);

    private CanonicalParameter[][] Draw(AttentionMatrix matrix, int height, int width, float scale) => Each(height, row => Each(
        width,
        column => new CanonicalParameter(Initialisation.Draw(
            settings.Distribution, scale, RandomStreams.AttentionDraws(settings.InitialSeed, matrix, (uint)row, (uint)(column / 4)).Word(column % 4)))));
}
