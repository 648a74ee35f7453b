using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The step of SGD after the forward pass: one thread per neuron, gradients as population counts.</summary>
internal static class CountingUpdate
{
    /// <summary>
    /// Updates all parameters.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="window">Where the batch's inputs are, XORed with the labels, in quads.</param>
    /// <param name="labels">Where its labels are, in words.</param>
    /// <returns>Whether all output parameters this thread updated are finite.</returns>
    public static bool Apply<TTile>(CountingSlot run, int window, int labels)
        where TTile : struct, ITile
    {
        bool finite = true;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Shape.Counting.Threads)
            finite &= UpdateNeuron<TTile>(run, j, window, labels);

        if (run.Thread.Index == 0)
            finite &= UpdateOutputBias(run, labels);

        return finite;
    }

    private static bool UpdateNeuron<TTile>(CountingSlot run, int j, int window, int labels)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        int groups = run.Shape.Counting.Groups;
        float decay = run.Settings.Decay;
        float u = memory.Parameters[(run.Shape.Counting.OutputQuads * 4) + j];
        float slope = run.Settings.StepSize * u;

        // A_j, the active samples inside the margin: of the first word here; of further words it replaces the active samples in memory.
        int marks = (run.Shape.Counting.ActiveQuads * 4) + j;
        uint active = memory.Words[marks] & CountingVerdict.Inside(run, 0);
        int samples = IntrinsicMath.PopCount(active);
        int negative = IntrinsicMath.PopCount(active & memory.Words[labels]);
        for (int word = 1; word < run.Shape.Counting.Words; word++)
        {
            int at = marks + (word * run.Shape.Counting.PaddedWidth);
            uint further = memory.Words[at] & CountingVerdict.Inside(run, word);
            memory.Words[at] = further;
            samples += IntrinsicMath.PopCount(further);
            negative += IntrinsicMath.PopCount(further & memory.Words[labels + word]);
        }

        float count = samples;
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        int quad = CountingParameters.Quad<TTile>(run, j);
        float z = run.Shape.Batch == 1 ? SingleValue<TTile>(run, j, window, labels) : 0f;
        for (int group = 0; group < groups; group++)
        {
            var signs = memory.WordQuads[window + group];
            int different0 = IntrinsicMath.PopCount(active & signs.W0);
            int different1 = IntrinsicMath.PopCount(active & signs.W1);
            int different2 = IntrinsicMath.PopCount(active & signs.W2);
            int different3 = IntrinsicMath.PopCount(active & signs.W3);
            int at = marks;
            int from = window + group;
            for (int word = 1; word < run.Shape.Counting.Words; word++)
            {
                at += run.Shape.Counting.PaddedWidth;
                from += groups;
                uint further = memory.Words[at];
                signs = memory.WordQuads[from];
                different0 += IntrinsicMath.PopCount(further & signs.W0);
                different1 += IntrinsicMath.PopCount(further & signs.W1);
                different2 += IntrinsicMath.PopCount(further & signs.W2);
                different3 += IntrinsicMath.PopCount(further & signs.W3);
            }

            var w = memory.Weights[quad];
            float g0 = Gradient(count, different0);
            float g1 = Gradient(count, different1);
            float g2 = Gradient(count, different2);
            float g3 = Gradient(count, different3);
            sum0 = ExactMath.Fma(w.X, g0, sum0);
            sum1 = ExactMath.Fma(w.Y, g1, sum1);
            sum2 = ExactMath.Fma(w.Z, g2, sum2);
            sum3 = ExactMath.Fma(w.W, g3, sum3);
            memory.Weights[quad] = new FloatQuad
            {
                X = ExactMath.Fma(g0, slope, w.X * decay),
                Y = ExactMath.Fma(g1, slope, w.Y * decay),
                Z = ExactMath.Fma(g2, slope, w.Z * decay),
                W = ExactMath.Fma(g3, slope, w.W * decay),
            };
            quad += TTile.Blocks * Canon.Lanes;
        }

        // Inputs missing in the last group have no weight.
        int last = (quad - (TTile.Blocks * Canon.Lanes)) * Canon.Group;
        for (int i = run.Shape.Inputs - ((groups - 1) * Canon.Group); i < Canon.Group; i++)
            memory.Parameters[last + i] = 0f;

        int biasAt = (run.Shape.Counting.BiasQuads * 4) + j;
        float bias = memory.Parameters[biasAt];
        float g = Gradient(count, negative);
        float sum = run.Shape.Batch == 1 ? z * g : ExactMath.Fma(bias, g, (sum0 + sum1) + (sum2 + sum3));
        memory.Parameters[biasAt] = ExactMath.Fma(g, slope, bias * decay);
        u = ExactMath.Fma(run.Settings.StepSize, sum, u * decay);
        memory.Parameters[(run.Shape.Counting.OutputQuads * 4) + j] = u;
        return IsFinite(u);
    }

    /// <summary>z of the one sample of a batch.</summary>
    private static float SingleValue<TTile>(CountingSlot run, int j, int window, int labels)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        uint label = memory.Words[labels];
        float z = memory.Parameters[(run.Shape.Counting.BiasQuads * 4) + j];
        int quad = CountingParameters.Quad<TTile>(run, j);
        for (int group = 0; group < run.Shape.Counting.Groups; group++, quad += TTile.Blocks * Canon.Lanes)
        {
            var signs = memory.WordQuads[window + group];
            var inputs = new WordQuad(signs.W0 ^ label, signs.W1 ^ label, signs.W2 ^ label, signs.W3 ^ label);
            z = EightSigns.Add(z, memory.Weights[quad], EightSigns.Of(inputs, Canon.WordSamples - 1));
        }

        return z;
    }

    private static bool UpdateOutputBias(CountingSlot run, int labels)
    {
        var memory = run.Scratch;
        int sum = 0;
        for (int word = 0; word < run.Shape.Counting.Words; word++)
        {
            uint inside = CountingVerdict.Inside(run, word);
            sum += IntrinsicMath.PopCount(inside) - (2 * IntrinsicMath.PopCount(inside & memory.Words[labels + word]));
        }

        int at = run.Shape.Counting.ScalarQuads * 4;
        float c = ExactMath.Fma(run.Settings.StepSize, sum, memory.Floats[at] * run.Settings.Decay);
        memory.Floats[at] = c;
        return IsFinite(c);
    }

    /// <summary>G_ji = N_j − 2·(the samples of A_j whose input differs from the label).</summary>
    public static float Gradient(float samples, int different) => ExactMath.Fma(-2f, different, samples);

    public static bool IsFinite(float value) => (Interop.FloatAsInt(value) & 0x7F800000u) != 0x7F800000u;
}
