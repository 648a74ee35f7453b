using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass of 32 samples by a group of threads.</summary>
internal static class GeneralForward
{
    private const int Samples = Canon.WordSamples;
    private const int SampleQuads = Canon.SampleQuads;

    /// <summary>
    /// Computes f_b, g_b and the errors of the window's samples. All threads call this together; the first one gets the errors or misfit so far.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="word">Number of the word since the parameters last changed.</param>
    /// <param name="labels">The samples' labels.</param>
    /// <param name="misfit">Errors or <see cref="Misfit"/> of the words before.</param>
    public static int Pass(GeneralSlot run, GeneralMemory memory, int last, int word, WordLabels labels, int misfit)
    {
        PolynomialTargets.Fill(run, memory, labels.Trained);
        if (run.Attends)
            Attention.Forward(run, word);
        else
            FirstLayer(run, memory, labels.Count);

        for (int layer = 0; layer <= last; layer++)
        {
            if (layer > 0)
                Dense(run, layer);

            if (run.Attends)
                Rectify(run);
            else if (!run.IsProduct && !AffineTiles.IsRelu(run))
                Activate(run, layer);

            GroupBarrier.Barrier();
        }

        if (run.IsProduct)
            Multiply(run, memory);
        else
            SumLanes(run, memory, last);

        GroupBarrier.Barrier();
        Finish(run, memory, labels);
        GroupBarrier.Barrier();
        return AddMisfit(run, memory, misfit);
    }

    /// <summary>The errors or misfit including those of the word; valid in the first thread only.</summary>
    private static int AddMisfit(GeneralSlot run, GeneralMemory memory, int misfit)
    {
        var flags = memory.Wrong.Cast<WordQuad>();
        int quads = run.Thread.Index == 0 ? SampleQuads : 0;
        if (run.Settings.Monomials > 0)
        {
            float sum = Misfit.ToSum(misfit);
            for (int quad = 0; quad < quads; quad++)
            {
                var four = flags[quad];
                sum += Interop.IntAsFloat(four.W0);
                sum += Interop.IntAsFloat(four.W1);
                sum += Interop.IntAsFloat(four.W2);
                sum += Interop.IntAsFloat(four.W3);
            }

            return Misfit.OfSum(sum);
        }

        uint errors = 0;
        for (int quad = 0; quad < quads; quad++)
        {
            var four = flags[quad];
            errors += four.W0 + four.W1 + four.W2 + four.W3;
        }

        return misfit + (int)errors;
    }

    /// <summary>z of the first layer.</summary>
    private static void FirstLayer(GeneralSlot run, GeneralMemory memory, int count)
    {
        int inputs = ControlRows.Multiplied(run, memory);
        for (int from = 0; from < inputs; from += ForwardMemory.Inputs)
        {
            ExpandedInputs.Fill(run, memory, from, inputs);
            GroupBarrier.Barrier();
            AffineTiles.Add(run, memory, from, inputs, count);
            GroupBarrier.Barrier();
        }
    }

    /// <summary>σ and σ′ of a transformer's readout, in place of its z; a unit and four samples per thread.</summary>
    private static void Rectify(GeneralSlot run)
    {
        var values = QuadView.Of(run.Scratch.Values);
        var slopes = QuadView.Of(run.Scratch.Slopes);
        for (int index = run.Thread.Index; index < run.Shape.Width * SampleQuads; index += run.Thread.Count)
        {
            var evaluated = Activations<FloatQuad, QuadArithmetic>.Relu(values[index]);
            values[index] = evaluated.Value;
            slopes[index] = evaluated.Slope;
        }
    }

    /// <summary>σ and σ′ of a hidden layer's z, in place of it; a thread handles what it computed itself in <see cref="Dense"/>.</summary>
    private static void Activate(GeneralSlot run, int layer)
    {
        int units = run.Shape.Width * Samples;
        var values = run.Scratch.Values.SubView(run.Unit(layer, 0), units);
        var slopes = run.Scratch.Slopes.SubView(run.Unit(layer, 0), units);
        for (int index = run.Thread.Index; index < units; index += run.Thread.Count)
        {
            float z = values[index];
            var evaluated = Activations<float, DeviceArithmetic>.Of(run.Shape, z, run.Settings.Degree, new CoefficientView(run.Coefficients));
            values[index] = evaluated.Value;
            slopes[index] = evaluated.Slope;
        }
    }

    /// <summary>z of hidden layer <paramref name="layer"/> ≥ 1 from the values below.</summary>
    private static void Dense(GeneralSlot run, int layer)
    {
        int width = run.Shape.Width;
        int padded = RunLayout.PaddedWidth(run.Shape);
        var weights = run.Floats.SubView(RunLayout.Dense(run.Shape, layer + 1), RunLayout.DenseFloats(run.Shape));
        var below = run.Scratch.Values.SubView(run.Unit(layer - 1, 0), (long)padded * Samples);
        long start = run.Unit(layer, 0);
        for (int index = run.Thread.Index; index < width * Samples; index += run.Thread.Count)
        {
            int j = index >> 5;
            int sample = index & (Samples - 1);
            float z = weights[((long)width * padded) + j];
            for (int i = 0; i < width; i++)
                z = ExactMath.Fma(below[((long)i * Samples) + sample], weights[((long)i * padded) + j], z);

            run.Scratch.Values[start + index] = z;
        }
    }

    /// <summary>The product of the columns; the slopes become the products of the preceding columns.</summary>
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

    /// <summary>S_l ← fma(u_j, h_bj, S_l); a lane and four samples per thread.</summary>
    private static void SumLanes(GeneralSlot run, GeneralMemory memory, int last)
    {
        int width = run.Shape.Width;
        int blockFloats = (run.FirstInputs + 2) * Canon.Lanes;
        var values = QuadView.Of(run.Scratch.Values);
        int first = (int)run.Unit(last, 0) >> 2;
        for (int index = run.Thread.Index; index < Canon.Lanes * SampleQuads; index += run.Thread.Count)
        {
            int lane = index & (Canon.Lanes - 1);
            int quad = index >> 4;
            var sum = default(FloatQuad);
            int weight = ((run.FirstInputs + 1) * Canon.Lanes) + lane;
            int at = first + (lane * SampleQuads) + quad;
            for (int j = lane; j < width; j += Canon.Lanes)
            {
                sum = QuadArithmetic.Fma(QuadArithmetic.Broadcast(run.Floats[weight]), values[at], sum);
                weight += blockFloats;
                at += Canon.Lanes * SampleQuads;
            }

            memory.Forward.Sums[ForwardMemory.Sum(4 * quad, lane)] = sum.X;
            memory.Forward.Sums[ForwardMemory.Sum((4 * quad) + 1, lane)] = sum.Y;
            memory.Forward.Sums[ForwardMemory.Sum((4 * quad) + 2, lane)] = sum.Z;
            memory.Forward.Sums[ForwardMemory.Sum((4 * quad) + 3, lane)] = sum.W;
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
            float y = memory.Targets[sample];
            uint right = CountingForward.Sign(labels.Judged, sample) * f > 0f ? 1u : 0u;
            memory.Outputs[sample] = f;
            memory.Descents[sample] = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
            uint wrong = run.Settings.Monomials > 0
                ? Interop.FloatAsInt(Losses<float, DeviceArithmetic>.Value((int)Loss.Square, y, f))
                : right ^ 1u;
            memory.Wrong[sample] = sample < labels.Count ? wrong : 0u;
        }
    }
}
