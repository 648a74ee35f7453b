using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass of 32 samples by a group of threads.</summary>
internal static class GeneralForward
{
    private const int Samples = Canon.WordSamples;

    /// <summary>Inputs are expanded to ±1 in so many turns.</summary>
    public static int Turns(GeneralSlot run) => (run.Shape.Inputs + ForwardMemory.Inputs - 1) / ForwardMemory.Inputs;

    /// <summary>
    /// From the window to f_b, g_b and the errors of the samples. All threads call this together and get the number of errors.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="word">Number of the word since the parameters last changed.</param>
    /// <param name="labels">The samples' labels.</param>
    public static int Pass(GeneralSlot run, GeneralMemory memory, int last, int word, WordLabels labels)
    {
        if (run.Attends)
            Attention.Forward(run, word);
        else
            FirstLayer(run, memory);

        if (!run.IsProduct)
            Activate(run);

        GroupBarrier.Barrier();
        for (int layer = 1; layer <= last; layer++)
        {
            Dense(run, layer);
            GroupBarrier.Barrier();
        }

        if (run.IsProduct)
            Multiply(run, memory);
        else
            SumLanes(run, memory, last);

        GroupBarrier.Barrier();
        Finish(run, memory, labels);
        GroupBarrier.Barrier();
        var flags = memory.Wrong.Cast<WordQuad>();
        uint errors = 0;
        for (int quad = 0; quad < Samples / 4; quad++)
        {
            var four = flags[quad];
            errors += four.W0 + four.W1 + four.W2 + four.W3;
        }

        return (int)errors;
    }

    /// <summary>z of the first layer.</summary>
    private static void FirstLayer(GeneralSlot run, GeneralMemory memory)
    {
        int turns = Turns(run);
        for (int turn = 0; turn < turns; turn++)
        {
            CountingForward.ExpandSigns(run.Thread, run.Shape, memory.Forward, run.Scratch.Window, turn * ForwardMemory.Inputs);
            GroupBarrier.Barrier();
            Affine(run, memory, turn * ForwardMemory.Inputs);
            GroupBarrier.Barrier();
        }
    }

    /// <summary>z of the first layer, continued by the expanded inputs from <paramref name="from"/> on; eight samples a thread.</summary>
    private static void Affine(GeneralSlot run, GeneralMemory memory, int from)
    {
        var thread = run.Thread;
        int blocks = Canon.Blocks(run.Shape.Width);
        int to = Math.Min(run.Shape.Inputs, from + ForwardMemory.Inputs);
        for (int block = 2 * thread.Part; block < blocks; block += 2 * thread.Parts)
        {
            bool two = block + 1 < blocks;
            var a = run.Block(block);
            var b = run.Block(two ? block + 1 : block);
            var aValues = TeamValues(run, block);
            var bValues = TeamValues(run, two ? block + 1 : block);
            var first = Start(run, a, aValues, from);
            var second = Start(run, b, bValues, from);
            int at = thread.Team * GroupThread.TeamSamples;
            int i = from;
            for (; i + Canon.Group <= to; i += Canon.Group, at += Samples)
            {
                long row = CountingForward.Row(i, thread.Lane);
                first = CountingForward.Add(first, memory.Forward.Signs, at, CountingForward.Weights(a, row));
                if (two)
                    second = CountingForward.Add(second, memory.Forward.Signs, at, CountingForward.Weights(b, row));
            }

            if (i < to)
            {
                first = CountingForward.Add(
                    first, memory.Forward.Signs, at, CountingForward.WeightsBefore(a, i, to, thread.Lane));
                if (two)
                {
                    second = CountingForward.Add(
                        second, memory.Forward.Signs, at, CountingForward.WeightsBefore(b, i, to, thread.Lane));
                }
            }

            EightSums.Store(aValues, first);
            if (two)
                EightSums.Store(bValues, second);
        }
    }

    /// <summary>The values of a thread's unit of a block on its team's samples.</summary>
    private static ArrayView<FloatQuad> TeamValues(GeneralSlot run, int block)
    {
        long unit = run.Unit(0, (block * Canon.Lanes) + run.Thread.Lane);
        return run.Scratch.Values
            .SubView(unit + (run.Thread.Team * GroupThread.TeamSamples), GroupThread.TeamSamples)
            .Cast<FloatQuad>();
    }

    private static EightSums Start(GeneralSlot run, ArrayView<float> block, ArrayView<FloatQuad> values, int from) =>
        from == 0 ? EightSums.Of(block[CountingForward.Row(run.Shape.Inputs, run.Thread.Lane)]) : EightSums.Load(values);

    private static void Activate(GeneralSlot run)
    {
        for (int index = run.Thread.Index; index < run.Shape.Width * Samples; index += run.Thread.Count)
        {
            float z = run.Scratch.Values[index];
            var evaluated = run.Attends
                ? Activations<float, DeviceArithmetic>.Relu(z)
                : Activations<float, DeviceArithmetic>.Of(run.Shape, z, run.Settings.Degree, new CoefficientView(run.Coefficients));
            run.Scratch.Values[index] = evaluated.Value;
            run.Scratch.Slopes[index] = evaluated.Slope;
        }
    }

    /// <summary>Hidden layer <paramref name="layer"/> ≥ 1 from the one below.</summary>
    private static void Dense(GeneralSlot run, int layer)
    {
        int width = run.Shape.Width;
        int padded = RunLayout.PaddedWidth(run.Shape);
        var weights = run.Floats.SubView(RunLayout.Dense(run.Shape, layer + 1), RunLayout.DenseFloats(run.Shape));
        var below = run.Scratch.Values.SubView(run.Unit(layer - 1, 0), (long)padded * Samples);
        long start = run.Unit(layer, 0);
        for (int index = run.Thread.Index; index < width * Samples; index += run.Thread.Count)
        {
            int j = index / Samples;
            int sample = index % Samples;
            float z = weights[((long)width * padded) + j];
            for (int i = 0; i < width; i++)
                z = ExactMath.Fma(below[((long)i * Samples) + sample], weights[((long)i * padded) + j], z);

            var evaluated = Activations<float, DeviceArithmetic>.Squared(z);
            run.Scratch.Values[start + index] = evaluated.Value;
            run.Scratch.Slopes[start + index] = evaluated.Slope;
        }
    }

    /// <summary>The product of the columns; the slopes become the products of the columns before.</summary>
    private static void Multiply(GeneralSlot run, GeneralMemory memory)
    {
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float p = 1f;
            for (int at = sample; at < run.Shape.Width * Samples; at += Samples)
            {
                run.Scratch.Slopes[at] = p;
                p *= run.Scratch.Values[at];
            }

            memory.Outputs[sample] = p;
        }
    }

    /// <summary>S_l ← fma(u_j, h_bj, S_l).</summary>
    private static void SumLanes(GeneralSlot run, GeneralMemory memory, int last)
    {
        for (int index = run.Thread.Index; index < Canon.Lanes * Samples; index += run.Thread.Count)
        {
            int lane = index / Samples;
            int sample = index % Samples;
            float sum = 0f;
            for (int j = lane; j < run.Shape.Width; j += Canon.Lanes)
                sum = ExactMath.Fma(run.OutputWeight(j), run.Scratch.Values[run.Unit(last, j) + sample], sum);

            memory.Forward.Sums[ForwardMemory.Sum(sample, lane)] = sum;
        }
    }

    private static void Finish(GeneralSlot run, GeneralMemory memory, WordLabels labels)
    {
        float bias = run.Floats[run.OutputBias];
        bool product = run.IsProduct;
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float f = product
                ? memory.Outputs[sample]
                : bias + CountingForward.TreeSum(memory.Forward.Sums, ForwardMemory.Sum(sample, 0));
            float y = CountingForward.Sign(labels.Trained, sample);
            uint right = CountingForward.Sign(labels.Judged, sample) * f > 0f ? 1u : 0u;
            memory.Outputs[sample] = f;
            memory.Descents[sample] = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
            memory.Wrong[sample] = sample < labels.Count ? right ^ 1u : 0u;
        }
    }
}
