namespace ParityGpu.Kernels.Simt;

/// <summary>The backward pass of 32 samples, and their part of the gradients.</summary>
internal static class GeneralBackward
{
    private const int Samples = Canon.WordSamples;
    private const int SampleQuads = Samples / 4;

    /// <summary>
    /// d = −∂ℓ/∂z of the hidden layers from the one the output reads down to <paramref name="lowest"/>. All threads call this
    /// together, after the forward pass.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="lowest">Lowest hidden layer wanted; above <paramref name="last"/> for none.</param>
    /// <param name="count">Samples of the word that exist; d of the others is +0 and adds nothing to a sum.</param>
    public static void Pass(GeneralSlot run, GeneralMemory memory, int last, int lowest, int count)
    {
        if (lowest <= last)
        {
            if (run.IsProduct)
                Factors(run, memory, count);
            else
                Output(run, memory, last, count);
        }

        GroupBarrier.Barrier();
        for (int layer = last - 1; layer >= 0; layer--)
        {
            if (layer >= lowest)
                Dense(run, layer, count);

            GroupBarrier.Barrier();
        }
    }

    /// <summary>
    /// Adds the gradients of the first layer, of a word of a batch or of all inputs. All threads call this together.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group; still with the forward pass's signs.</param>
    /// <param name="wanted">Whether the first layer's gradients are wanted.</param>
    /// <param name="start">Whether the sums start here.</param>
    public static void AddAffine(GeneralSlot run, GeneralMemory memory, bool wanted, bool start)
    {
        int turns = GeneralForward.Turns(run);
        for (int turn = 0; turn < turns; turn++)
        {
            int from = turn * ForwardMemory.Inputs;
            if (wanted && turns > 1)
                CountingForward.ExpandSigns(run.Thread, run.Shape, memory.Forward, run.Scratch.Window, from);

            GroupBarrier.Barrier();
            if (wanted)
                AddWeights(run, memory, from, start);

            GroupBarrier.Barrier();
        }

        if (wanted)
            AddBiases(run, start);
    }

    /// <summary>Adds the gradients of the layers above the first and of the output layer.</summary>
    public static void AddOthers(GeneralSlot run, GeneralMemory memory, int last, int lowest, bool start, int count)
    {
        for (int layer = Math.Max(lowest, 1); layer <= last; layer++)
            AddDense(run, layer, start, count);

        if (run.TrainsOutput)
            AddOutput(run, memory, last, start, count);
    }

    private static void Output(GeneralSlot run, GeneralMemory memory, int last, int count)
    {
        var slopes = run.Scratch.Slopes.SubView(run.Unit(last, 0), (long)RunLayout.PaddedWidth(run.Shape) * Samples);
        int sample = run.Thread.Index % Samples;
        float g = memory.Descents[sample];
        bool exists = sample < count;
        for (int j = run.Thread.Index / Samples; j < run.Shape.Width; j += run.Thread.Count / Samples)
        {
            int at = (j * Samples) + sample;
            float d = (g * run.OutputWeight(j)) * slopes[at];
            slopes[at] = exists ? d : 0f;
        }
    }

    /// <summary>g·(p_j·q_{j+1}) from the last column down.</summary>
    private static void Factors(GeneralSlot run, GeneralMemory memory, int count)
    {
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float g = memory.Descents[sample];
            float q = 1f;
            for (int at = ((run.Shape.Width - 1) * Samples) + sample; at >= 0; at -= Samples)
            {
                float d = g * (run.Scratch.Slopes[at] * q);
                q *= run.Scratch.Values[at];
                run.Scratch.Slopes[at] = sample < count ? d : 0f;
            }
        }
    }

    /// <summary>(Σ_j d_bj·w_ij)·(2·z_bi) for the units i of <paramref name="layer"/>.</summary>
    private static void Dense(GeneralSlot run, int layer, int count)
    {
        int width = run.Shape.Width;
        int padded = RunLayout.PaddedWidth(run.Shape);
        var weights = run.Floats.SubView(RunLayout.Dense(run.Shape, layer + 2), RunLayout.DenseFloats(run.Shape));
        var above = run.Scratch.Slopes.SubView(run.Unit(layer + 1, 0), (long)padded * Samples);
        long start = run.Unit(layer, 0);
        for (int index = run.Thread.Index; index < width * Samples; index += run.Thread.Count)
        {
            int i = index / Samples;
            int sample = index % Samples;
            var row = weights.SubView((long)i * padded, padded);
            var sums = default(LaneSums);
            int j = 0;
            for (; j + Canon.Lanes <= width; j += Canon.Lanes)
                sums = LaneSums.Add(sums, above.SubView(((long)j * Samples) + sample), Samples, row.SubView(j));

            if (j < width)
                sums = LaneSums.AddBefore(sums, above.SubView(((long)j * Samples) + sample), Samples, row.SubView(j), width - j);

            float d = LaneSums.Tree(sums) * run.Scratch.Slopes[start + index];
            run.Scratch.Slopes[start + index] = sample < count ? d : 0f;
        }
    }

    /// <summary>G_ji of four inputs i and a unit j a thread, the expanded inputs from <paramref name="from"/> on.</summary>
    private static void AddWeights(GeneralSlot run, GeneralMemory memory, int from, bool start)
    {
        int width = run.Shape.Width;
        int padded = RunLayout.PaddedWidth(run.Shape);
        int to = Math.Min(run.Shape.Inputs, from + ForwardMemory.Inputs);
        int items = Canon.Groups(to - from) * padded;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            if (j < width)
            {
                int i = from + (group * Canon.Group);
                long place = FirstLayerLayout.Index(run.Shape.Inputs, j, i);
                float g0 = start ? 0f : run.Scratch.Gradients[place];
                float g1 = start || i + 1 >= to ? 0f : run.Scratch.Gradients[place + Canon.Lanes];
                float g2 = start || i + 2 >= to ? 0f : run.Scratch.Gradients[place + (2 * Canon.Lanes)];
                float g3 = start || i + 3 >= to ? 0f : run.Scratch.Gradients[place + (3 * Canon.Lanes)];
                var slopes = run.Scratch.Slopes.SubView(run.Unit(0, j), Samples).Cast<FloatQuad>();
                for (int quad = 0; quad < SampleQuads; quad++)
                {
                    var d = slopes[quad];
                    var signs = memory.Forward.Signs.SubView((group * Samples) + (4 * quad), 4);
                    var a = signs[0];
                    var b = signs[1];
                    var c = signs[2];
                    var e = signs[3];
                    g0 += ExactMath.Fma(d.W, e.X, ExactMath.Fma(d.Z, c.X, ExactMath.Fma(d.Y, b.X, d.X * a.X)));
                    g1 += ExactMath.Fma(d.W, e.Y, ExactMath.Fma(d.Z, c.Y, ExactMath.Fma(d.Y, b.Y, d.X * a.Y)));
                    g2 += ExactMath.Fma(d.W, e.Z, ExactMath.Fma(d.Z, c.Z, ExactMath.Fma(d.Y, b.Z, d.X * a.Z)));
                    g3 += ExactMath.Fma(d.W, e.W, ExactMath.Fma(d.Z, c.W, ExactMath.Fma(d.Y, b.W, d.X * a.W)));
                }

                run.Scratch.Gradients[place] = run.IsConnected(j, i) ? g0 : 0f;
                if (i + 1 < to)
                    run.Scratch.Gradients[place + Canon.Lanes] = run.IsConnected(j, i + 1) ? g1 : 0f;

                if (i + 2 < to)
                    run.Scratch.Gradients[place + (2 * Canon.Lanes)] = run.IsConnected(j, i + 2) ? g2 : 0f;

                if (i + 3 < to)
                    run.Scratch.Gradients[place + (3 * Canon.Lanes)] = run.IsConnected(j, i + 3) ? g3 : 0f;
            }
        }
    }

    private static void AddBiases(GeneralSlot run, bool start)
    {
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            long place = FirstLayerLayout.Index(run.Shape.Inputs, j, run.Shape.Inputs);
            float g = start ? 0f : run.Scratch.Gradients[place];
            var slopes = run.Scratch.Slopes.SubView(run.Unit(0, j), Samples).Cast<FloatQuad>();
            for (int quad = 0; quad < SampleQuads; quad++)
            {
                var d = slopes[quad];
                g += ((d.X + d.Y) + d.Z) + d.W;
            }

            run.Scratch.Gradients[place] = run.IsConnected(j, run.Shape.Inputs) ? g : 0f;
        }
    }

    /// <summary>Σ_b h_bi·d_bj, and Σ_b d_bj for the bias, of hidden layer <paramref name="layer"/> ≥ 1.</summary>
    private static void AddDense(GeneralSlot run, int layer, bool start, int count)
    {
        int width = run.Shape.Width;
        int padded = RunLayout.PaddedWidth(run.Shape);
        long first = RunLayout.Dense(run.Shape, layer + 1);
        for (int index = run.Thread.Index; index < (width + 1) * padded; index += run.Thread.Count)
        {
            int i = index / padded;
            int j = index - (i * padded);
            if (j < width)
            {
                bool bias = i == width;
                long below = run.Unit(layer - 1, bias ? 0 : i);
                long above = run.Unit(layer, j);
                float sum = start ? 0f : run.Scratch.Gradients[first + index];
                for (int sample = 0; sample < count; sample++)
                    sum = ExactMath.Fma(bias ? 1f : run.Scratch.Values[below + sample], run.Scratch.Slopes[above + sample], sum);

                run.Scratch.Gradients[first + index] = sum;
            }
        }
    }

    /// <summary>Σ_b g_b·h_bj and, as unit r whose value is 1, Σ_b g_b.</summary>
    private static void AddOutput(GeneralSlot run, GeneralMemory memory, int last, bool start, int count)
    {
        int n = run.FirstInputs;
        int width = run.Shape.Width;
        for (int j = run.Thread.Index; j <= width; j += run.Thread.Count)
        {
            bool bias = j == width;
            long place = bias ? run.OutputBias : FirstLayerLayout.Index(n, j, n + 1);
            var values = run.Scratch.Values.SubView(run.Unit(last, bias ? 0 : j), Samples);
            float sum = start ? 0f : run.Scratch.Gradients[place];
            for (int sample = 0; sample < count; sample++)
                sum = ExactMath.Fma(memory.Descents[sample], bias ? 1f : values[sample], sum);

            run.Scratch.Gradients[place] = sum;
        }
    }
}
