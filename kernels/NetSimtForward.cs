using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>What the forward pass compares the outputs of 32 samples with.</summary>
internal readonly struct WordLabels(uint judged, uint trained, int count)
{
    /// <summary>Labels that errors are counted against; bit 1 means −1.</summary>
    public readonly uint Judged = judged;

    /// <summary>Labels that the loss takes.</summary>
    public readonly uint Trained = trained;

    /// <summary>Samples of the word that exist.</summary>
    public readonly int Count = count;
}

/// <summary>The forward pass of 32 samples by a group of threads.</summary>
internal static class NetSimtForward
{
    private const int Samples = MlpLayout.WordSamples;

    /// <summary>Inputs are expanded to ±1 in so many turns.</summary>
    public static int Turns(NetSimtRun run) => (run.Shape.Inputs + ForwardMemory.Inputs - 1) / ForwardMemory.Inputs;

    /// <summary>
    /// From the window to f_b, g_b and the errors of the samples. All threads call this together and get the number of errors.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="word">Number of the word since the parameters last changed.</param>
    /// <param name="labels">The samples' labels.</param>
    public static int Pass(NetSimtRun run, NetSimtMemory memory, int last, int word, WordLabels labels)
    {
        if (run.Attends)
            NetSimtTransformer.Forward(run, word);
        else
            FirstLayer(run, memory);

        if (!run.IsProduct)
            Activate(run);

        GroupSync.Barrier();
        for (int layer = 1; layer <= last; layer++)
        {
            Dense(run, layer);
            GroupSync.Barrier();
        }

        if (run.IsProduct)
            Multiply(run, memory);
        else
            SumLanes(run, memory, last);

        GroupSync.Barrier();
        Finish(run, memory, labels);
        GroupSync.Barrier();
        var flags = memory.Wrong.Cast<WordQuad>();
        uint errors = 0;
        for (int quad = 0; quad < Samples / 4; quad++)
        {
            var four = flags[quad];
            errors += four.X + four.Y + four.Z + four.W;
        }

        return (int)errors;
    }

    /// <summary>z of the first layer.</summary>
    private static void FirstLayer(NetSimtRun run, NetSimtMemory memory)
    {
        int turns = Turns(run);
        for (int turn = 0; turn < turns; turn++)
        {
            MlpSimtForward.ExpandSigns(run.Thread, run.Shape, memory.Forward, run.Scratch.Window, turn * ForwardMemory.Inputs);
            GroupSync.Barrier();
            Affine(run, memory, turn * ForwardMemory.Inputs);
            GroupSync.Barrier();
        }
    }

    /// <summary>σ and σ′ at z; the activation is a launch argument.</summary>
    private static Evaluated<float> Evaluate(NetSimtRun run, float z)
    {
        int activation = run.Shape.Activation;
        int k = run.Settings.Degree;
        if (run.Attends)
            return Activations<float, DeviceReals>.Relu(z);

        if (run.Shape.Model == (int)Model.Deep)
            return Squared(z);

        if (activation == (int)Activation.Relu)
            return Activations<float, DeviceReals>.Relu(z);

        if (activation == (int)Activation.Power)
            return Activations<float, DeviceReals>.Power(z, k);

        if (activation == (int)Activation.Zigzag)
            return Activations<float, DeviceReals>.Zigzag(z, k);

        if (activation == (int)Activation.Triangle)
            return Activations<float, DeviceReals>.Triangle(z, k);

        if (activation == (int)Activation.Sin)
            return Activations<float, DeviceReals>.Sin(z, k);

        var evaluated = new Evaluated<float> { Value = 0f, Slope = 0f };
        for (int power = k; power >= 0; power--)
            evaluated = Activations<float, DeviceReals>.Horner(evaluated, z, run.Coefficients[power]);

        return evaluated;
    }

    /// <summary>A deep network's z² and 2z.</summary>
    private static Evaluated<float> Squared(float z) => new() { Value = z * z, Slope = 2f * z };

    /// <summary>z of the first layer, continued by the expanded inputs from <paramref name="from"/> on; eight samples a thread.</summary>
    private static void Affine(NetSimtRun run, NetSimtMemory memory, int from)
    {
        var thread = run.Thread;
        int blocks = MlpLayout.Blocks(run.Shape.Width);
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
            int at = thread.Team * SimtThread.TeamSamples;
            int i = from;
            for (; i + MlpLayout.Group <= to; i += MlpLayout.Group, at += Samples)
            {
                long row = MlpSimtForward.Row(i, thread.Lane);
                first = MlpSimtForward.Add(first, memory.Forward.Signs, at, MlpSimtForward.Weights(a, row));
                if (two)
                    second = MlpSimtForward.Add(second, memory.Forward.Signs, at, MlpSimtForward.Weights(b, row));
            }

            if (i < to)
            {
                first = MlpSimtForward.Add(
                    first, memory.Forward.Signs, at, MlpSimtForward.WeightsBefore(a, i, to, thread.Lane));
                if (two)
                {
                    second = MlpSimtForward.Add(
                        second, memory.Forward.Signs, at, MlpSimtForward.WeightsBefore(b, i, to, thread.Lane));
                }
            }

            EightSums.Store(aValues, first);
            if (two)
                EightSums.Store(bValues, second);
        }
    }

    /// <summary>The values of a thread's unit of a block on its team's samples.</summary>
    private static ArrayView<FloatQuad> TeamValues(NetSimtRun run, int block)
    {
        long unit = run.Unit(0, (block * MlpLayout.Lanes) + run.Thread.Lane);
        return run.Scratch.Values
            .SubView(unit + (run.Thread.Team * SimtThread.TeamSamples), SimtThread.TeamSamples)
            .Cast<FloatQuad>();
    }

    private static EightSums Start(NetSimtRun run, ArrayView<float> block, ArrayView<FloatQuad> values, int from)
    {
        if (from == 0)
            return EightSums.Of(block[MlpSimtForward.Row(run.Shape.Inputs, run.Thread.Lane)]);

        var low = values[0];
        var high = values[1];
        return new EightSums
        {
            S0 = low.X,
            S1 = low.Y,
            S2 = low.Z,
            S3 = low.W,
            S4 = high.X,
            S5 = high.Y,
            S6 = high.Z,
            S7 = high.W,
        };
    }

    private static void Activate(NetSimtRun run)
    {
        for (int index = run.Thread.Index; index < run.Shape.Width * Samples; index += run.Thread.Count)
        {
            var evaluated = Evaluate(run, run.Scratch.Values[index]);
            run.Scratch.Values[index] = evaluated.Value;
            run.Scratch.Slopes[index] = evaluated.Slope;
        }
    }

    /// <summary>Hidden layer <paramref name="layer"/> ≥ 1 from the one below.</summary>
    private static void Dense(NetSimtRun run, int layer)
    {
        int width = run.Shape.Width;
        int padded = NetLayout.PaddedWidth(run.Shape);
        var weights = run.Floats.SubView(NetLayout.Dense(run.Shape, layer + 1), NetLayout.DenseFloats(run.Shape));
        var below = run.Scratch.Values.SubView(run.Unit(layer - 1, 0), (long)padded * Samples);
        long start = run.Unit(layer, 0);
        for (int index = run.Thread.Index; index < width * Samples; index += run.Thread.Count)
        {
            int j = index / Samples;
            int sample = index % Samples;
            float z = weights[((long)width * padded) + j];
            for (int i = 0; i < width; i++)
                z = Canon.Fma(below[((long)i * Samples) + sample], weights[((long)i * padded) + j], z);

            var evaluated = Squared(z);
            run.Scratch.Values[start + index] = evaluated.Value;
            run.Scratch.Slopes[start + index] = evaluated.Slope;
        }
    }

    /// <summary>The product of the columns; the slopes become the products of the columns before.</summary>
    private static void Multiply(NetSimtRun run, NetSimtMemory memory)
    {
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float p = 1f;
            for (int j = 0; j < run.Shape.Width; j++)
            {
                run.Scratch.Slopes[run.Unit(0, j) + sample] = p;
                p *= run.Scratch.Values[run.Unit(0, j) + sample];
            }

            memory.Outputs[sample] = p;
        }
    }

    /// <summary>S_l ← fma(u_j, h_bj, S_l).</summary>
    private static void SumLanes(NetSimtRun run, NetSimtMemory memory, int last)
    {
        for (int index = run.Thread.Index; index < MlpLayout.Lanes * Samples; index += run.Thread.Count)
        {
            int lane = index / Samples;
            int sample = index % Samples;
            float sum = 0f;
            for (int j = lane; j < run.Shape.Width; j += MlpLayout.Lanes)
                sum = Canon.Fma(run.OutputWeight(j), run.Scratch.Values[run.Unit(last, j) + sample], sum);

            memory.Forward.Sums[ForwardMemory.Sum(sample, lane)] = sum;
        }
    }

    private static void Finish(NetSimtRun run, NetSimtMemory memory, WordLabels labels)
    {
        float bias = run.Floats[MlpLayout.OutputBias(run.FirstInputs, run.Shape.Width)];
        bool product = run.IsProduct;
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float f = product
                ? memory.Outputs[sample]
                : bias + MlpSimtForward.TreeSum(memory.Forward.Sums, ForwardMemory.Sum(sample, 0));
            float y = MlpSimtForward.Sign(labels.Trained, sample);
            bool right = MlpSimtForward.Sign(labels.Judged, sample) * f > 0f;
            memory.Outputs[sample] = f;
            memory.Descents[sample] = Losses<float, DeviceReals>.Descent(run.Settings.Loss, y, f);
            memory.Wrong[sample] = right || sample >= labels.Count ? 0u : 1u;
        }
    }
}
