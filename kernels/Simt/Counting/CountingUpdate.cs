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
        float z = run.Shape.Batch == 1 ? SingleValue<TTile>(run, j, window, labels) : 0f;

        // The bias goes first: ILGPU would repeat in the loop below what nothing before it needs.
        int biasAt = (run.Shape.Counting.BiasQuads * 4) + j;
        float bias = memory.Parameters[biasAt];
        float g = Gradient(count, negative);
        memory.Parameters[biasAt] = ExactMath.Fma(g, slope, bias * decay);
        var sums = UpdateWeights<TTile>(run, CountingParameters.Quad<TTile>(run, j), window, marks, active, count, slope);

        float sum = run.Shape.Batch == 1 ? z * g : ExactMath.Fma(bias, g, (sums.X + sums.Y) + (sums.Z + sums.W));
        u = ExactMath.Fma(run.Settings.StepSize, sum, u * decay);
        memory.Parameters[(run.Shape.Counting.OutputQuads * 4) + j] = u;
        return IsFinite(u);
    }

    /// <summary>
    /// Moves a neuron's weights.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="quad">Where its first weights are.</param>
    /// <param name="window">Where the batch's inputs are, XORed with the labels, in quads.</param>
    /// <param name="marks">Where the active samples of its first word are, in words.</param>
    /// <param name="active">Those of them that the neuron learns from.</param>
    /// <param name="count">The number of active samples of all words.</param>
    /// <param name="slope">Step size times output weight.</param>
    /// <returns>The sums Σ w·G, over every fourth input.</returns>
    private static FloatQuad UpdateWeights<TTile>(CountingSlot run, int quad, int window, int marks, uint active, float count, float slope)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        float decay = run.Settings.Decay;
        int groups = run.Shape.Counting.Groups;
        int words = run.Shape.Counting.Words;
        int from = window;
        int end = window + groups;
        var sums = default(FloatQuad);
        if (words == 1)
        {
            const int Turn = 4;
            for (; ((end - from) & (Turn - 1)) != 0; from++, quad += TTile.Blocks * Canon.Lanes)
                sums = UpdateWeights(memory, quad, active, from, count, slope, decay, sums);

            for (; from < end; from += Turn, quad += Turn * TTile.Blocks * Canon.Lanes)
            {
                sums = UpdateWeights(memory, quad, active, from, count, slope, decay, sums);
                sums = UpdateWeights(memory, quad + (TTile.Blocks * Canon.Lanes), active, from + 1, count, slope, decay, sums);
                sums = UpdateWeights(memory, quad + (2 * TTile.Blocks * Canon.Lanes), active, from + 2, count, slope, decay, sums);
                sums = UpdateWeights(memory, quad + (3 * TTile.Blocks * Canon.Lanes), active, from + 3, count, slope, decay, sums);
            }
        }
        else if (words == 2)
        {
            uint second = memory.Words[marks + run.Shape.Counting.PaddedWidth];
            for (; from < end; from++, quad += TTile.Blocks * Canon.Lanes)
            {
                var different = AddDifferent(default, active, memory.WordQuads[from]);
                different = AddDifferent(different, second, memory.WordQuads[from + groups]);
                sums = UpdateWeights(memory, quad, different, count, slope, decay, sums);
            }
        }
        else
        {
            // The first four words stay in registers. Of three, the last is read again for a fourth without active samples.
            var four = new WordQuad(
                active,
                memory.Words[marks + run.Shape.Counting.PaddedWidth],
                memory.Words[marks + (2 * run.Shape.Counting.PaddedWidth)],
                words > 3 ? memory.Words[marks + (3 * run.Shape.Counting.PaddedWidth)] : 0);
            int fourth = Math.Min(words - 1, 3) * groups;
            if (words <= 4)
            {
                for (; from < end; from++, quad += TTile.Blocks * Canon.Lanes)
                    sums = UpdateWeights(memory, quad, Different(memory, four, from, groups, fourth), count, slope, decay, sums);
            }
            else
            {
                for (; from < end; from++, quad += TTile.Blocks * Canon.Lanes)
                {
                    var different = Different(memory, four, from, groups, fourth);
                    for (int word = 4; word < words; word++)
                    {
                        uint further = memory.Words[marks + (word * run.Shape.Counting.PaddedWidth)];
                        different = AddDifferent(different, further, memory.WordQuads[from + (word * groups)]);
                    }

                    sums = UpdateWeights(memory, quad, different, count, slope, decay, sums);
                }
            }
        }

        // Inputs missing in the last group have no weight.
        int last = (quad - (TTile.Blocks * Canon.Lanes)) * Canon.Group;
        for (int i = run.Shape.Inputs - ((groups - 1) * Canon.Group); i < Canon.Group; i++)
            memory.Parameters[last + i] = 0f;

        return sums;
    }

    /// <summary>
    /// Adds the samples of a word on which a neuron is active and of which four inputs differ from the label.
    /// </summary>
    /// <param name="counts">How many there are so far, for each of the inputs.</param>
    /// <param name="active">The samples on which the neuron is active and which it learns from.</param>
    /// <param name="signs">Inputs XORed with the labels.</param>
    private static WordQuad AddDifferent(WordQuad counts, uint active, WordQuad signs) => new(
        counts.W0 + (uint)IntrinsicMath.PopCount(active & signs.W0),
        counts.W1 + (uint)IntrinsicMath.PopCount(active & signs.W1),
        counts.W2 + (uint)IntrinsicMath.PopCount(active & signs.W2),
        counts.W3 + (uint)IntrinsicMath.PopCount(active & signs.W3));

    /// <summary>
    /// Counts the samples of four words on which a neuron is active and of which four inputs differ from the label.
    /// </summary>
    /// <param name="memory">The network's memory.</param>
    /// <param name="active">The samples on which the neuron is active and which it learns from.</param>
    /// <param name="signs">Where the first word's inputs are.</param>
    /// <param name="groups">Quads from one word's inputs to the next one's.</param>
    /// <param name="last">Quads from the first word's inputs to the last one's.</param>
    private static WordQuad Different(CountingMemory memory, WordQuad active, int signs, int groups, int last)
    {
        var different = AddDifferent(default, active.W0, memory.WordQuads[signs]);
        different = AddDifferent(different, active.W1, memory.WordQuads[signs + groups]);
        different = AddDifferent(different, active.W2, memory.WordQuads[signs + (2 * groups)]);
        return AddDifferent(different, active.W3, memory.WordQuads[signs + last]);
    }

    /// <summary>Moves a neuron's weights from four inputs, whose signs are at <paramref name="signs"/>, after a batch of one word.</summary>
    private static FloatQuad UpdateWeights(
        CountingMemory memory, int quad, uint active, int signs, float count, float slope, float decay, FloatQuad sums) =>
        UpdateWeights(memory, quad, AddDifferent(default, active, memory.WordQuads[signs]), count, slope, decay, sums);

    /// <summary>
    /// Moves a neuron's weights from four inputs.
    /// </summary>
    /// <returns>The sums Σ w·G so far, over every fourth input.</returns>
    private static FloatQuad UpdateWeights(
        CountingMemory memory, int quad, WordQuad different, float count, float slope, float decay, FloatQuad sums)
    {
        var place = memory.Weights.SubView(quad, 1);
        var w = place[0];
        float g0 = Gradient(count, (int)different.W0);
        float g1 = Gradient(count, (int)different.W1);
        float g2 = Gradient(count, (int)different.W2);
        float g3 = Gradient(count, (int)different.W3);
        place[0] = new FloatQuad
        {
            X = ExactMath.Fma(g0, slope, w.X * decay),
            Y = ExactMath.Fma(g1, slope, w.Y * decay),
            Z = ExactMath.Fma(g2, slope, w.Z * decay),
            W = ExactMath.Fma(g3, slope, w.W * decay),
        };
        return new()
        {
            X = ExactMath.Fma(w.X, g0, sums.X),
            Y = ExactMath.Fma(w.Y, g1, sums.Y),
            Z = ExactMath.Fma(w.Z, g2, sums.Z),
            W = ExactMath.Fma(w.W, g3, sums.W),
        };
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
