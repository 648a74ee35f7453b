using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>A thread's half of a neuron: the weights of two of every four inputs. Both halves' threads have its bias and output weight.</summary>
internal struct OneWarpNeuron
{
    private float bias;
    private float output;

    /// <summary>Whether the output weight is finite.</summary>
    public readonly bool IsFinite => CountingUpdate.IsFinite(output);

    private static int Index(CountingSlot run) => run.Thread.Index >> 1;

    private static int Half(CountingSlot run) => run.Thread.Index & 1;

    /// <summary>Reads a neuron from the run's parameters; where there is none, all is +0.</summary>
    public static OneWarpNeuron Load(CountingSlot run)
    {
        int j = Index(run);
        bool exists = j < run.Shape.Width;
        if (Half(run) == 0)
            CountingParameters.LoadWeights(run, j, j, Canon.Lanes);

        long biasAt = FirstLayerLayout.Index(run.Shape.Inputs, exists ? j : 0, run.Shape.Inputs);
        var neuron = new OneWarpNeuron
        {
            bias = exists ? run.Floats[biasAt] : 0f,
            output = exists ? run.Floats[biasAt + Canon.Lanes] : 0f,
        };
        Publish(run, run.Shape.Counting.BiasQuads, neuron.bias);
        Publish(run, run.Shape.Counting.OutputQuads, neuron.output);
        return neuron;
    }

    /// <summary>Writes the neuron back.</summary>
    public readonly void Store(CountingSlot run)
    {
        int j = Index(run);
        if (Half(run) != 0 || j >= run.Shape.Width)
            return;

        CountingParameters.StoreWeights(run, j, j, Canon.Lanes);
        long to = FirstLayerLayout.Index(run.Shape.Inputs, j, run.Shape.Inputs);
        run.Floats[to] = bias;
        run.Floats[to + Canon.Lanes] = output;
    }

    /// <summary>
    /// Updates the half's weights and the bias.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="labels">Labels of the batch.</param>
    /// <returns>The bias before, and its gradient.</returns>
    public FloatPair StepWeights(CountingSlot run, uint labels)
    {
        var memory = run.Scratch;
        var weights = memory.Quads.Cast<FloatPair>();
        var window = memory.Quads.Cast<WordPair>();
        float decay = run.Settings.Decay;
        float slope = run.Settings.StepSize * output;
        uint active = CountingVerdict.Bits(run, run.Shape.Counting.ActiveQuads + (2 * Index(run)));
        float count = IntrinsicMath.PopCount(active);

        // The bias first: what is stored before the loop is not computed again in each of its turns.
        var before = new FloatPair { X = bias, Y = CountingUpdate.Gradient(count, IntrinsicMath.PopCount(active & labels)) };
        bias = ExactMath.Fma(before.Y, slope, bias * decay);
        Publish(run, run.Shape.Counting.BiasQuads, bias);

        float even = 0f;
        float odd = 0f;
        int at = run.Thread.Index;
        int from = (run.Shape.Counting.WindowQuads * 2) + Half(run);
        int end = from + (2 * run.Shape.Counting.Groups);
        for (; from < end; from += 2, at += Canon.Lanes * 2)
        {
            var signs = window[from];
            var w = weights[at];
            float g0 = CountingUpdate.Gradient(count, IntrinsicMath.PopCount(active & signs.W0));
            float g1 = CountingUpdate.Gradient(count, IntrinsicMath.PopCount(active & signs.W1));
            even = ExactMath.Fma(w.X, g0, even);
            odd = ExactMath.Fma(w.Y, g1, odd);
            weights[at] = new FloatPair
            {
                X = ExactMath.Fma(g0, slope, w.X * decay),
                Y = ExactMath.Fma(g1, slope, w.Y * decay),
            };
        }

        // Inputs missing in the last group have no weight.
        int last = (at - (Canon.Lanes * 2)) * 2;
        int left = run.Shape.Inputs - ((run.Shape.Counting.Groups - 1) * Canon.Group) - (2 * Half(run));
        if (left < 1)
            memory.Floats[last] = 0f;

        if (left < 2)
            memory.Floats[last + 1] = 0f;

        memory.Floats[(run.Shape.Counting.LaneSumQuads * 4) + run.Thread.Index] = even + odd;
        return before;
    }

    /// <summary>
    /// Updates the output weight, once both halves have their sums.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="before">The bias before the step, and its gradient.</param>
    public void StepOutput(CountingSlot run, FloatPair before)
    {
        int sums = run.Shape.Counting.LaneSumQuads * 4;
        float sum = run.Scratch.Floats[sums + run.Thread.Index] + run.Scratch.Floats[sums + (run.Thread.Index ^ 1)];
        sum = ExactMath.Fma(before.X, before.Y, sum);
        output = ExactMath.Fma(run.Settings.StepSize, sum, output * run.Settings.Decay);
        Publish(run, run.Shape.Counting.OutputQuads, output);
    }

    /// <summary>Writes a parameter of the neuron where the forward pass reads it.</summary>
    private static void Publish(CountingSlot run, int quads, float parameter)
    {
        if (Half(run) == 0)
            run.Scratch.Floats[(quads * 4) + Index(run)] = parameter;
    }
}
