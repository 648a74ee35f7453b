using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The backward pass of 32 samples, and their part of the gradients.</summary>
internal static class GeneralBackward
{
    private const int Samples = Canon.WordSamples;
    private const int SampleQuads = Canon.SampleQuads;

    /// <summary>
    /// d = −∂ℓ/∂z of the hidden layers from the one the output reads down to <paramref name="lowest"/>. All threads call this
    /// together, after the forward pass.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output layer reads.</param>
    /// <param name="lowest">Lowest hidden layer wanted; above <paramref name="last"/> for none.</param>
    /// <param name="count">Samples of the word that exist; d of the others is +0 and adds nothing to a sum.</param>
    /// <param name="start">Whether sums of gradients start here.</param>
    public static void Pass(GeneralSlot run, GeneralMemory memory, int last, int lowest, int count, bool start)
    {
        if (lowest <= last)
        {
            if (run.IsProduct)
                Factors(run, memory, count);
            else if (IsTwoLayer(run) && AffineTiles.IsRelu(run))
                Units<ReluSlopes>(run, memory, count, start);
            else if (IsTwoLayer(run))
                Units<StoredSlopes>(run, memory, count, start);
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
    /// <param name="memory">Shared memory of the group; still with the forward pass's inputs.</param>
    /// <param name="wanted">Whether the first layer's gradients are wanted.</param>
    /// <param name="start">Whether the sums start here.</param>
    /// <param name="count">Samples of the word that exist.</param>
    public static void AddAffine(GeneralSlot run, GeneralMemory memory, bool wanted, bool start, int count)
    {
        if (wanted && !IsTwoLayer(run))
            AddBiases(run, memory, start);

        if (wanted && start && run.HasTasks)
            ControlRows.Clear(run);

        // Threads may have found that more inputs must be multiplied than in the forward pass.
        if (run.HasTasks)
            GroupBarrier.Barrier();

        int inputs = ControlRows.Multiplied(run, memory);
        for (int from = 0; from < inputs; from += ForwardMemory.Inputs)
        {
            if (wanted && !ExpandedInputs.AreBits(run))
                ExpandedInputs.FillSamples(run, memory, from, inputs);
            else if (wanted && (run.HasTasks || inputs > ForwardMemory.Inputs))
                ExpandedInputs.Fill(run, memory, from, inputs);

            GroupBarrier.Barrier();
            if (wanted)
                GradientTiles.Add(run, memory, from, inputs, start, count);

            GroupBarrier.Barrier();
        }

        if (wanted && run.HasTasks)
            ControlRows.AddGradients(run, memory, count);
    }

    /// <summary>Adds the gradients of the layers above the first and of the output layer.</summary>
    public static void AddOthers(GeneralSlot run, GeneralMemory memory, int last, int lowest, bool start, int count)
    {
        for (int layer = Math.Max(lowest, 1); layer <= last; layer++)
            AddDense(run, layer, start, count);

        if (run.TrainsOutput)
        {
            if (!IsTwoLayer(run) || lowest > 0)
                AddOutput(run, memory, last, start, count);

            if (run.Thread.Index == 0)
                AddOutputBias(run, memory, start, count);
        }
    }

    /// <summary>Whether one stage can do everything that needs a unit's d, except the weights' gradients.</summary>
    private static bool IsTwoLayer(GeneralSlot run) => !run.Attends && run.Shape.Model == (int)Model.Mlp;

    /// <summary>d of a unit, Σ_b g_b·h_bj for its output weight and Σ_b d_b for its bias; a unit per thread.</summary>
    private static void Units<TSlopes>(GeneralSlot run, GeneralMemory memory, int count, bool start)
        where TSlopes : struct, ISlopes
    {
        int stride = RunLayout.PaddedWidth(run.Shape);
        var descents = QuadView.Of(run.Scratch.Descents);
        var values = QuadView.Of(run.Scratch.Values);
        var slopes = QuadView.Of(run.Scratch.Slopes);
        var outputs = memory.Descents.Cast<FloatQuad>();
        int whole = count >> 2;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            int output = run.OutputPlace(j);
            int bias = output - Canon.Lanes;
            var u = QuadArithmetic.Broadcast(run.Floats[output]);
            float weightSum = start ? 0f : run.Scratch.Gradients[output];
            float biasSum = start ? 0f : run.Scratch.Gradients[bias];
            int at = j * SampleQuads;
            int place = j;
            int quad = 0;
            for (; quad < whole; quad++)
            {
                var g = outputs[quad];
                var h = values[at + quad];
                var d = QuadArithmetic.Multiply(QuadArithmetic.Multiply(g, u), TSlopes.Of(h, slopes, at + quad));
                weightSum = Quad.AddInner(weightSum, g, h);
                biasSum += ((d.X + d.Y) + d.Z) + d.W;
                descents[place] = d;
                place += stride;
            }

            for (; quad < SampleQuads; quad++)
            {
                int existing = count - (4 * quad);
                var g = outputs[quad];
                var h = values[at + quad];
                var d = Quad.Before(QuadArithmetic.Multiply(QuadArithmetic.Multiply(g, u), TSlopes.Of(h, slopes, at + quad)), existing);
                weightSum = Quad.AddInnerBefore(weightSum, g, h, existing);
                biasSum += ((d.X + d.Y) + d.Z) + d.W;
                descents[place] = d;
                place += stride;
            }

            run.Scratch.Gradients[output] = weightSum;
            run.Scratch.Gradients[bias] = biasSum;
            ControlRows.CheckDescents(run, memory, biasSum);
        }
    }

    /// <summary>d of the units that the output reads; a unit and four samples per thread.</summary>
    private static void Output(GeneralSlot run, GeneralMemory memory, int last, int count)
    {
        bool first = !run.Attends && last == 0;
        int quad = run.Thread.Index & (SampleQuads - 1);
        int existing = count - (4 * quad);
        int start = ((int)run.Unit(last, 0) >> 2) + quad;
        var descents = QuadView.Of(run.Scratch.Descents);
        var slopes = QuadView.Of(run.Scratch.Slopes);
        var g = memory.Descents.Cast<FloatQuad>()[quad];
        for (int j = run.Thread.Index / SampleQuads; j < run.Shape.Width; j += run.Thread.Count / SampleQuads)
        {
            int at = start + (j * SampleQuads);
            var u = QuadArithmetic.Broadcast(run.Floats[run.OutputPlace(j)]);
            var d = Quad.Before(QuadArithmetic.Multiply(QuadArithmetic.Multiply(g, u), slopes[at]), existing);
            if (first)
                descents[Descent(run, j, 4 * quad) >> 2] = d;
            else
                slopes[at] = d;
        }
    }

    /// <summary>Where d of a unit of the first layer lies.</summary>
    private static int Descent(GeneralSlot run, int unit, int sample) =>
        ((((sample >> 2) * RunLayout.PaddedWidth(run.Shape)) + unit) * 4) + (sample & 3);

    /// <summary>g·(p_j·q_{j+1}) from the last column down.</summary>
    private static void Factors(GeneralSlot run, GeneralMemory memory, int count)
    {
        for (int sample = run.Thread.Index; sample < Samples; sample += run.Thread.Count)
        {
            float g = memory.Descents[sample];
            float q = 1f;
            for (int j = run.Shape.Width - 1; j >= 0; j--)
            {
                int at = (j * Samples) + sample;
                float d = g * (run.Scratch.Slopes[at] * q);
                q *= run.Scratch.Values[at];
                run.Scratch.Descents[Descent(run, j, sample)] = sample < count ? d : 0f;
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
            int i = index >> 5;
            int sample = index & (Samples - 1);
            var row = weights.SubView((long)i * padded, padded);
            var sums = default(LaneSums);
            int j = 0;
            for (; j + Canon.Lanes <= width; j += Canon.Lanes)
                sums = LaneSums.Add(sums, above.SubView(((long)j * Samples) + sample), Samples, row.SubView(j));

            if (j < width)
                sums = LaneSums.AddBefore(sums, above.SubView(((long)j * Samples) + sample), Samples, row.SubView(j), width - j);

            float d = LaneSums.Tree(sums) * run.Scratch.Slopes[start + index];
            d = sample < count ? d : 0f;
            if (layer == 0)
                run.Scratch.Descents[Descent(run, i, sample)] = d;
            else
                run.Scratch.Slopes[start + index] = d;
        }
    }

    private static void AddBiases(GeneralSlot run, GeneralMemory memory, bool start)
    {
        int stride = RunLayout.PaddedWidth(run.Shape);
        var descents = QuadView.Of(run.Scratch.Descents);
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            int place = run.OutputPlace(j) - Canon.Lanes;
            float g = start ? 0f : run.Scratch.Gradients[place];
            int at = j;
            for (int quad = 0; quad < SampleQuads; quad++, at += stride)
            {
                var d = descents[at];
                g += ((d.X + d.Y) + d.Z) + d.W;
            }

            run.Scratch.Gradients[place] = run.IsConnected(j, run.Shape.Inputs) ? g : 0f;
            ControlRows.CheckDescents(run, memory, g);
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

    /// <summary>Σ_b g_b·h_bj.</summary>
    private static void AddOutput(GeneralSlot run, GeneralMemory memory, int last, bool start, int count)
    {
        var values = QuadView.Of(run.Scratch.Values);
        var outputs = memory.Descents.Cast<FloatQuad>();
        int whole = count >> 2;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            int place = run.OutputPlace(j);
            int at = ((int)run.Unit(last, 0) >> 2) + (j * SampleQuads);
            float sum = start ? 0f : run.Scratch.Gradients[place];
            for (int quad = 0; quad < whole; quad++)
                sum = Quad.AddInner(sum, outputs[quad], values[at + quad]);

            if (whole < SampleQuads)
                sum = Quad.AddInnerBefore(sum, outputs[whole], values[at + whole], count & 3);

            run.Scratch.Gradients[place] = sum;
        }
    }

    /// <summary>Σ_b g_b.</summary>
    private static void AddOutputBias(GeneralSlot run, GeneralMemory memory, bool start, int count)
    {
        float sum = start ? 0f : run.Scratch.Gradients[run.OutputBias];
        var outputs = memory.Descents.Cast<FloatQuad>();
        int whole = count >> 2;
        for (int quad = 0; quad < whole; quad++)
        {
            var g = outputs[quad];
            sum = (((sum + g.X) + g.Y) + g.Z) + g.W;
        }

        for (int sample = 4 * whole; sample < count; sample++)
            sum += memory.Descents[sample];

        run.Scratch.Gradients[run.OutputBias] = sum;
    }

    /// <summary>Where σ′ of a unit comes from.</summary>
    private interface ISlopes
    {
        /// <summary>σ′ for values h.</summary>
        static abstract FloatQuad Of(FloatQuad h, ArrayView<FloatQuad> slopes, int at);
    }

    private readonly struct StoredSlopes : ISlopes
    {
        public static FloatQuad Of(FloatQuad h, ArrayView<FloatQuad> slopes, int at) => slopes[at];
    }

    /// <summary>The values tell: max(0, z) is positive where z is.</summary>
    private readonly struct ReluSlopes : ISlopes
    {
        public static FloatQuad Of(FloatQuad h, ArrayView<FloatQuad> slopes, int at) => Activations<FloatQuad, QuadArithmetic>.Relu(h).Slope;
    }
}
