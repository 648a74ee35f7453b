using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Dense layers over real inputs, forward and backward, for the 32 samples of a word by a group of threads (NUMERICS.md, transformer).
/// Vectors of samples lie as [entry][sample]; a thread computes four entries on four samples, eight neighbouring threads all samples. Parameters,
/// gradients and samples are views of quads.
/// </summary>
internal static class DenseLayer
{
    private const int SampleQuads = Canon.SampleQuads;
    private const int LaneQuads = Canon.LaneQuads;

    /// <summary>
    /// y_j ← fma(x_i, w_ij, y_j) from the bias of j for i = 0, 1, …; four outputs and four samples per thread.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="x">Holds [input][sample].</param>
    /// <param name="atX">Where.</param>
    /// <param name="y">Gets [output][sample].</param>
    /// <param name="atY">Where.</param>
    public static void Forward(
        GroupThread thread,
        DenseShape layer,
        ArrayView<FloatQuad> parameters,
        ArrayView<FloatQuad> x,
        int atX,
        ArrayView<FloatQuad> y,
        int atY)
    {
        int samples = thread.Index & (SampleQuads - 1);
        for (int quad = thread.Index / SampleQuads; quad < layer.OutputQuads; quad += thread.Count / SampleQuads)
        {
            int block = quad / LaneQuads;
            int lane = quad & (LaneQuads - 1);
            var sums = QuadTile.AddOuters(
                QuadTile.Down(parameters[layer.Bias + (block * layer.BiasBlockQuads) + lane]),
                parameters,
                layer.Weights + (block * layer.BlockQuads) + lane,
                LaneQuads,
                x,
                atX + samples,
                SampleQuads,
                layer.Inputs);
            QuadTile.Store(y, atY + (quad * 4 * SampleQuads) + samples, SampleQuads, sums);
        }
    }

    /// <summary>Copies the weights as [output][input], padding included, for <see cref="Backward"/>; four by four weights per thread.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="copy">Gets the copy.</param>
    /// <param name="atCopy">Where.</param>
    public static void Transpose(
        GroupThread thread, DenseShape layer, ArrayView<FloatQuad> parameters, ArrayView<FloatQuad> copy, int atCopy)
    {
        int lane = thread.Index & (LaneQuads - 1);
        for (int block = 0; block < layer.Blocks; block++)
        {
            for (int input = thread.Index / LaneQuads; input < layer.InputQuads; input += thread.Count / LaneQuads)
            {
                int place = layer.Weights + (block * layer.BlockQuads) + lane + (4 * input * LaneQuads);
                var rows = QuadTile.LoadBefore(parameters, place, LaneQuads, layer.Inputs - (4 * input));
                int at = atCopy + (((block * Canon.Lanes) + (4 * lane)) * layer.PaddedInputQuads) + input;
                QuadTile.Store(copy, at, layer.PaddedInputQuads, QuadTile.Transposed(rows));
            }
        }
    }

    /// <summary>
    /// Tree sums Σ_j d_j·w_ij; four inputs and four samples per thread.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="scratch">Holds the weights, d and the result.</param>
    /// <param name="weights">Where the weights are, as <see cref="Transpose"/> copied them.</param>
    /// <param name="d">Holds [output][sample], padding +0.</param>
    /// <param name="atD">Where.</param>
    /// <param name="below">Where [input][sample] goes; padding becomes +0.</param>
    public static void Backward(
        GroupThread thread,
        DenseShape layer,
        ArrayView<FloatQuad> scratch,
        int weights,
        ArrayView<FloatQuad> d,
        int atD,
        int below)
    {
        int samples = thread.Index & (SampleQuads - 1);
        for (int input = thread.Index / SampleQuads; input < layer.PaddedInputQuads; input += thread.Count / SampleQuads)
        {
            var sums = TreeSums.Of(
                scratch, weights + input, layer.PaddedInputQuads, d, atD + samples, SampleQuads, layer.Blocks);
            QuadTile.Store(
                scratch,
                below + (input * 4 * SampleQuads) + samples,
                SampleQuads,
                QuadTile.RowsBefore(sums, layer.Inputs - (4 * input)));
        }
    }

    /// <summary>
    /// Adds Σ_b x_bi·d_bj and Σ_b d_bj to a layer of gradients, sample by sample; four inputs and four outputs per thread.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="gradients">The gradients.</param>
    /// <param name="x">Holds [input][sample].</param>
    /// <param name="atX">Where.</param>
    /// <param name="d">Holds [output][sample].</param>
    /// <param name="atD">Where.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="start">Whether the sums start from +0.</param>
    public static void AddGradient(
        GroupThread thread,
        DenseShape layer,
        ArrayView<FloatQuad> gradients,
        ArrayView<FloatQuad> x,
        int atX,
        ArrayView<FloatQuad> d,
        int atD,
        int count,
        bool start)
    {
        int quads = count / 4;
        for (int output = thread.Index / SampleQuads; output < layer.OutputQuads; output += thread.Count / SampleQuads)
        {
            int place = layer.Weights + ((output / LaneQuads) * layer.BlockQuads) + (output & (LaneQuads - 1));
            for (int input = thread.Index & (SampleQuads - 1); input < layer.InputQuads; input += SampleQuads)
            {
                int at = place + (input * 4 * LaneQuads);
                var sums = default(QuadTile);
                if (!start)
                    sums = QuadTile.LoadBefore(gradients, at, LaneQuads, layer.Inputs - (4 * input));

                int inputs = atX + (input * 4 * SampleQuads);
                int descents = atD + (output * 4 * SampleQuads);
                for (int quad = 0; quad < quads; quad++)
                {
                    sums = QuadTile.AddInner(
                        sums,
                        QuadTile.Load(x.SubView(inputs + quad), 0, SampleQuads),
                        QuadTile.Load(d.SubView(descents + quad), 0, SampleQuads));
                }

                for (int sample = 4 * quads; sample < count; sample++)
                    sums = QuadTile.AddOuter(sums, Column(x, inputs, sample), Column(d, descents, sample));

                QuadTile.StoreBefore(
                    gradients,
                    at,
                    LaneQuads,
                    QuadTile.ColumnsBefore(sums, layer.Outputs - (4 * output)),
                    layer.Inputs - (4 * input));
            }
        }

        var biases = gradients.Cast<float>();
        var samples = d.Cast<float>();
        for (int j = thread.Index; j < layer.Outputs; j += thread.Count)
        {
            int place = ((layer.Bias + ((j / Canon.Lanes) * layer.BiasBlockQuads)) * 4) + (j & (Canon.Lanes - 1));
            float sum = start ? 0f : biases[place];
            int at = atD + (j * SampleQuads);
            for (int quad = 0; quad < quads; quad++)
            {
                var four = d[at + quad];
                sum = (((sum + four.X) + four.Y) + four.Z) + four.W;
            }

            for (int sample = 4 * quads; sample < count; sample++)
                sum += samples[(at * 4) + sample];

            biases[place] = sum;
        }
    }

    /// <summary>
    /// The tree sum Σ_i a_i·b_i of vectors in blocks of 16 floats.
    /// </summary>
    /// <param name="a">One vector.</param>
    /// <param name="atA">Where it begins.</param>
    /// <param name="b">The other.</param>
    /// <param name="atB">Where it begins.</param>
    /// <param name="stepB">Quads from one of its blocks to the next.</param>
    /// <param name="blocks">Number of blocks.</param>
    public static float Dot(ArrayView<FloatQuad> a, int atA, ArrayView<FloatQuad> b, int atB, int stepB, int blocks)
    {
        var sums = default(QuadTile);
        for (int block = 0; block < blocks; block++)
        {
            sums.Row0 = QuadArithmetic.Fma(a[atA], b[atB], sums.Row0);
            sums.Row1 = QuadArithmetic.Fma(a[atA + 1], b[atB + 1], sums.Row1);
            sums.Row2 = QuadArithmetic.Fma(a[atA + 2], b[atB + 2], sums.Row2);
            sums.Row3 = QuadArithmetic.Fma(a[atA + 3], b[atB + 3], sums.Row3);
            atA += LaneQuads;
            atB += stepB;
        }

        var four = QuadArithmetic.Add(QuadArithmetic.Add(sums.Row0, sums.Row2), QuadArithmetic.Add(sums.Row1, sums.Row3));
        return (four.X + four.Z) + (four.Y + four.W);
    }

    /// <summary>Four entries on one sample.</summary>
    private static FloatQuad Column(ArrayView<FloatQuad> values, int at, int sample)
    {
        var floats = values.Cast<float>();
        int place = (at * 4) + sample;
        return new()
        {
            X = floats[place],
            Y = floats[place + Canon.WordSamples],
            Z = floats[place + (2 * Canon.WordSamples)],
            W = floats[place + (3 * Canon.WordSamples)],
        };
    }
}
