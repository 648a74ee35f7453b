using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Weights;

/// <summary>An array of a network's parameters.</summary>
/// <param name="Name">Name as listed in README.md of this folder.</param>
/// <param name="Shape">Sizes, the slowest index first; empty for a single number.</param>
/// <param name="Values">In that order.</param>
public sealed record NetworkArray(string Name, int[] Shape, float[] Values);

/// <summary>The parameters of a network as arrays, without the padding that kernels keep between them.</summary>
public static class NetworkArrays
{
    private const string OutputPrefix = "output_";

    /// <summary>
    /// Splits a run's parameters into arrays. Weights are [output][input].
    /// </summary>
    /// <param name="point">The run's point.</param>
    /// <param name="parameters">Its parameters, laid out as <see cref="RunLayout"/> says.</param>
    public static IEnumerable<NetworkArray> Of(Point point, float[] parameters)
    {
        LaunchShape shape = BankShape.Of(point).Launch(1);
        return point.Model == Model.Transformer
            ? [.. Attention(shape, parameters), .. Affine(AttentionLayout.Readout(shape), parameters), .. Output(AttentionLayout.Readout(shape), parameters)]
            : !point.Model.HasOutputLayer()
                ? Affine(shape, parameters)
                : [.. Affine(shape, parameters), .. Dense(shape, parameters), .. Output(shape, parameters)];
    }

    /// <summary>
    /// Norms of all of a network's parameters, computed in double precision in the order of its arrays, and so the same on every device. The weights
    /// of a fixed output layer are constants, not parameters.
    /// </summary>
    /// <param name="point">The run's point.</param>
    /// <param name="parameters">Its parameters, as for <see cref="Of"/>.</param>
    public static ParameterNorms Norms(Point point, float[] parameters)
    {
        double magnitudes = 0;
        double squares = 0;
        float largest = 0;
        foreach (NetworkArray array in Of(point, parameters).Where(array => point.TrainsOutput || !array.Name.StartsWith(OutputPrefix, StringComparison.Ordinal)))
        {
            foreach (float value in array.Values)
            {
                magnitudes += Math.Abs(value);
                squares += (double)value * value;
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        return new ParameterNorms((float)magnitudes, (float)Math.Sqrt(squares), largest);
    }

    private static NetworkArray[] Affine(LaunchShape shape, float[] parameters) =>
    [
        Matrix("hidden_weight", shape.Width, shape.Inputs, (j, i) => parameters[FirstLayerLayout.Index(shape.Inputs, j, i)]),
        Vector("hidden_bias", shape.Width, j => parameters[FirstLayerLayout.Index(shape.Inputs, j, shape.Inputs)]),
    ];

    private static NetworkArray[] Output(LaunchShape shape, float[] parameters) =>
    [
        Vector(OutputPrefix + "weight", shape.Width, j => parameters[FirstLayerLayout.Index(shape.Inputs, j, shape.Inputs + 1)]),
        new(OutputPrefix + "bias", [], [parameters[FirstLayerLayout.OutputBias(shape.Inputs, shape.Width)]]),
    ];

    private static IEnumerable<NetworkArray> Dense(LaunchShape shape, float[] parameters)
    {
        int padded = RunLayout.PaddedWidth(shape);
        for (int layer = 2; layer < RunLayout.DenseLayers(shape) + 2; layer++)
        {
            long start = RunLayout.Dense(shape, layer);
            yield return Matrix($"hidden{layer}_weight", shape.Width, shape.Width, (j, i) => parameters[start + ((long)i * padded) + j]);
            yield return Vector($"hidden{layer}_bias", shape.Width, j => parameters[start + ((long)shape.Width * padded) + j]);
        }
    }

    private static NetworkArray[] Attention(LaunchShape shape, float[] parameters)
    {
        int d = shape.Embedding;
        int padded = AttentionLayout.PaddedEmbedding(shape);
        int entries = AttentionLayout.Entries(shape);
        return
        [
            Matrix("embedding", AttentionLayout.Rows(shape), d, (row, i) => parameters[AttentionLayout.Embeddings(shape) + ((long)row * padded) + i]),
            Matrix("query_weight", entries, d, (j, i) => parameters[AttentionLayout.Query(shape) + AttentionLayout.Index(d, j, i)]),
            Matrix("key_weight", entries, d, (j, i) => parameters[AttentionLayout.Key(shape) + ((long)j * padded) + i]),
            Matrix("value_weight", entries, d, (j, i) => parameters[AttentionLayout.Value(shape) + AttentionLayout.Index(d, j, i)]),
            Matrix("projection_weight", d, entries, (j, i) => parameters[AttentionLayout.Projection(shape) + AttentionLayout.Index(entries, j, i)]),
        ];
    }

    private static NetworkArray Matrix(string name, int rows, int columns, Func<int, int, float> at) =>
        new(name, [rows, columns], [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => at(row, column)))]);

    private static NetworkArray Vector(string name, int length, Func<int, float> at) => new(name, [length], [.. Enumerable.Range(0, length).Select(at)]);
}
