using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The step of SGD after the forward pass: one thread per neuron, gradients as population counts.</summary>
internal static class CountingUpdate
{
    /// <summary>A_j of one batch word: the active samples become the active samples inside the margin.</summary>
    public static void KeepInsideMargin(CountingSlot run, ArrayView<uint> active, uint insideMargin)
    {
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
            active[j] &= insideMargin;
    }

    /// <summary>
    /// Updates all parameters.
    /// </summary>
    /// <param name="run">The run; window and active words are those of the batch, the group is in step.</param>
    /// <param name="labels">Σ_{b∈M} y_b.</param>
    /// <returns>Whether all output parameters this thread updated are finite.</returns>
    public static bool Apply(CountingSlot run, int labels)
    {
        bool finite = true;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
            finite &= UpdateNeuron(run, j);

        if (run.Thread.Index == 0)
        {
            float c = run.Floats[run.OutputBias];
            c = ExactMath.Fma(run.Settings.StepSize, labels, c * run.Settings.Decay);
            run.Floats[run.OutputBias] = c;
            finite &= IsFinite(c);
        }

        return finite;
    }

    private static bool UpdateNeuron(CountingSlot run, int j)
    {
        int lane = j % Canon.Lanes;
        var weights = run.Block(j / Canon.Lanes);
        float decay = run.Settings.Decay;
        long outputRow = CountingForward.Row(run.Shape.Inputs + 1, lane);
        float u = weights[outputRow];
        float slope = run.Settings.StepSize * u;
        int words = Canon.Words(run.Shape.Batch);
        int samples = 0;
        for (int word = 0; word < words; word++)
            samples += IntrinsicMath.PopCount(run.Scratch.Active(word)[j]);

        int inputs = run.Shape.Inputs;
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        int i = 0;
        for (; i + Canon.Group <= inputs; i += Canon.Group)
        {
            int different0 = 0;
            int different1 = 0;
            int different2 = 0;
            int different3 = 0;
            for (int word = 0; word < words; word++)
            {
                uint active = run.Scratch.Active(word)[j];
                var signs = run.Scratch.Window(word).Cast<WordQuad>()[i / Canon.Group];
                different0 += IntrinsicMath.PopCount(active & signs.W0);
                different1 += IntrinsicMath.PopCount(active & signs.W1);
                different2 += IntrinsicMath.PopCount(active & signs.W2);
                different3 += IntrinsicMath.PopCount(active & signs.W3);
            }

            long row = CountingForward.Row(i, lane);
            float w0 = weights[row];
            float w1 = weights[row + Canon.Lanes];
            float w2 = weights[row + (2 * Canon.Lanes)];
            float w3 = weights[row + (3 * Canon.Lanes)];
            float g0 = samples - (2 * different0);
            float g1 = samples - (2 * different1);
            float g2 = samples - (2 * different2);
            float g3 = samples - (2 * different3);
            sum0 = ExactMath.Fma(w0, g0, sum0);
            sum1 = ExactMath.Fma(w1, g1, sum1);
            sum2 = ExactMath.Fma(w2, g2, sum2);
            sum3 = ExactMath.Fma(w3, g3, sum3);
            weights[row] = ExactMath.Fma(g0, slope, w0 * decay);
            weights[row + Canon.Lanes] = ExactMath.Fma(g1, slope, w1 * decay);
            weights[row + (2 * Canon.Lanes)] = ExactMath.Fma(g2, slope, w2 * decay);
            weights[row + (3 * Canon.Lanes)] = ExactMath.Fma(g3, slope, w3 * decay);
        }

        if (i < inputs)
            sum0 = UpdateRow(run, weights, j, i, samples, slope, sum0);

        if (i + 1 < inputs)
            sum1 = UpdateRow(run, weights, j, i + 1, samples, slope, sum1);

        if (i + 2 < inputs)
            sum2 = UpdateRow(run, weights, j, i + 2, samples, slope, sum2);

        float sum = UpdateRow(run, weights, j, inputs, samples, slope, (sum0 + sum1) + (sum2 + sum3));
        u = ExactMath.Fma(run.Settings.StepSize, sum, u * decay);
        weights[outputRow] = u;
        return IsFinite(u);
    }

    /// <summary>Updates one weight; returns its chain of H_j, continued.</summary>
    private static float UpdateRow(
        CountingSlot run, ArrayView<float> weights, int j, int i, int samples, float slope, float sum)
    {
        int different = 0;
        for (int word = 0; word < Canon.Words(run.Shape.Batch); word++)
            different += IntrinsicMath.PopCount(run.Scratch.Active(word)[j] & run.Scratch.Window(word)[i]);

        long row = CountingForward.Row(i, j % Canon.Lanes);
        float w = weights[row];
        float g = samples - (2 * different);
        weights[row] = ExactMath.Fma(g, slope, w * run.Settings.Decay);
        return ExactMath.Fma(w, g, sum);
    }

    public static bool IsFinite(float value) => (Interop.FloatAsInt(value) & 0x7F800000u) != 0x7F800000u;
}
