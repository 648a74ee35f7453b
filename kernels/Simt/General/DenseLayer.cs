using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Dense layers over real inputs, forward and backward, for the 32 samples of a word by a group of threads (NUMERICS.md, transformer).
/// Vectors of samples lie as [entry][sample].
/// </summary>
internal static class DenseLayer
{
    private const int Samples = Canon.WordSamples;
    private const int Lanes = Canon.Lanes;

    /// <summary>y_j ← fma(x_i, w_ij, y_j) from the bias of j for i = 0, 1, …; an output and eight samples a thread.</summary>
    public static void Forward(GroupThread thread, DenseShape layer, ArrayView<float> x, ArrayView<float> y)
    {
        int items = layer.Blocks * GroupThread.PartThreads;
        for (int index = thread.Index; index < items; index += thread.Count)
        {
            int lane = index % Lanes;
            int block = index / GroupThread.PartThreads;
            int first = index / Lanes % GroupThread.Teams * GroupThread.TeamSamples;
            int j = (block * Lanes) + lane;
            if (j < layer.Outputs)
            {
                var sums = EightSums.Of(layer.Bias[(block * layer.BiasBlockFloats) + lane]);
                var weights = layer.Weights.SubView((block * layer.BlockFloats) + lane);
                for (int i = 0; i < layer.Inputs; i++)
                {
                    var quads = x.SubView((i * Samples) + first, GroupThread.TeamSamples).Cast<FloatQuad>();
                    var low = quads[0];
                    var high = quads[1];
                    float w = weights[(long)i * Lanes];
                    sums.Low.X = ExactMath.Fma(low.X, w, sums.Low.X);
                    sums.Low.Y = ExactMath.Fma(low.Y, w, sums.Low.Y);
                    sums.Low.Z = ExactMath.Fma(low.Z, w, sums.Low.Z);
                    sums.Low.W = ExactMath.Fma(low.W, w, sums.Low.W);
                    sums.High.X = ExactMath.Fma(high.X, w, sums.High.X);
                    sums.High.Y = ExactMath.Fma(high.Y, w, sums.High.Y);
                    sums.High.Z = ExactMath.Fma(high.Z, w, sums.High.Z);
                    sums.High.W = ExactMath.Fma(high.W, w, sums.High.W);
                }

                EightSums.Store(y.SubView((j * Samples) + first, GroupThread.TeamSamples).Cast<FloatQuad>(), sums);
            }
        }
    }

    /// <summary>
    /// Tree sums Σ_j d_j·w_ij; an input and a sample a thread.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="d">[output][sample], padding +0.</param>
    /// <param name="below">[input][sample]; padding becomes +0.</param>
    public static void Backward(GroupThread thread, DenseShape layer, ArrayView<float> d, ArrayView<float> below)
    {
        int items = Canon.Blocks(layer.Inputs) * Lanes * Samples;
        for (int index = thread.Index; index < items; index += thread.Count)
        {
            int i = index / Samples;
            int sample = index % Samples;
            int blocks = i < layer.Inputs ? layer.Blocks : 0;
            var sums = default(LaneSums);
            for (int block = 0; block < blocks; block++)
            {
                sums = LaneSums.Add(
                    sums,
                    d.SubView((block * Lanes * Samples) + sample),
                    Samples,
                    layer.Weights.SubView((block * layer.BlockFloats) + ((long)i * Lanes)));
            }

            below[index] = LaneSums.Tree(sums);
        }
    }

    /// <summary>
    /// Adds Σ_b x_bi·d_bj and Σ_b d_bj to a layer of gradients, sample by sample; four inputs and an output a thread.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="gradient">The gradients.</param>
    /// <param name="x">[input][sample].</param>
    /// <param name="d">[output][sample].</param>
    /// <param name="count">Samples there are.</param>
    /// <param name="start">Whether the sums start from +0.</param>
    public static void AddGradient(
        GroupThread thread, DenseShape gradient, ArrayView<float> x, ArrayView<float> d, int count, bool start)
    {
        int padded = gradient.Blocks * Lanes;
        int items = Canon.Groups(gradient.Inputs) * padded;
        for (int index = thread.Index; index < items; index += thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            if (j < gradient.Outputs)
            {
                int i = group * Canon.Group;
                int last = gradient.Inputs - 1 - i;

                // Past the last input, it is computed again.
                int i1 = Math.Min(1, last);
                int i2 = Math.Min(2, last);
                int i3 = Math.Min(3, last);
                var places = gradient.Weights.SubView(
                    (j / Lanes * gradient.BlockFloats) + ((long)i * Lanes) + (j % Lanes));
                float g0 = start ? 0f : places[0];
                float g1 = start ? 0f : places[i1 * Lanes];
                float g2 = start ? 0f : places[i2 * Lanes];
                float g3 = start ? 0f : places[i3 * Lanes];
                var inputs = x.SubView((long)i * Samples);
                var descents = d.SubView((long)j * Samples);
                for (int sample = 0; sample < count; sample++)
                {
                    float descent = descents[sample];
                    g0 = ExactMath.Fma(inputs[sample], descent, g0);
                    g1 = ExactMath.Fma(inputs[(i1 * Samples) + sample], descent, g1);
                    g2 = ExactMath.Fma(inputs[(i2 * Samples) + sample], descent, g2);
                    g3 = ExactMath.Fma(inputs[(i3 * Samples) + sample], descent, g3);
                }

                places[0] = g0;
                places[i1 * Lanes] = g1;
                places[i2 * Lanes] = g2;
                places[i3 * Lanes] = g3;
            }
        }

        for (int j = thread.Index; j < gradient.Outputs; j += thread.Count)
        {
            long place = (j / Lanes * gradient.BiasBlockFloats) + (j % Lanes);
            float sum = start ? 0f : gradient.Bias[place];
            for (int sample = 0; sample < count; sample++)
                sum += d[(j * Samples) + sample];

            gradient.Bias[place] = sum;
        }
    }

    /// <summary>
    /// The tree sum Σ_i a_i·b_i of vectors in blocks of 16 floats.
    /// </summary>
    /// <param name="a">One vector.</param>
    /// <param name="aBlock">Floats from one of its blocks to the next.</param>
    /// <param name="b">The other.</param>
    /// <param name="bBlock">Floats from one of its blocks to the next.</param>
    /// <param name="blocks">Number of blocks.</param>
    public static float Dot(ArrayView<float> a, long aBlock, ArrayView<float> b, long bBlock, int blocks)
    {
        var sums = default(LaneSums);
        for (int block = 0; block < blocks; block++)
            sums = LaneSums.Add(sums, a.SubView(block * aBlock), 1, b.SubView(block * bBlock));

        return LaneSums.Tree(sums);
    }
}
