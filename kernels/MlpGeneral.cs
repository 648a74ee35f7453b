using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// One step of SGD for any activation and loss, by the chain rule in real numbers: the check of the population counts.
/// One thread per slot and plain loops, so that it is easily seen to be right on every device; it is not made for speed.
/// </summary>
public static class MlpGeneral
{
    /// <summary>Floats of scratch per slot: z of every sample and neuron, then −∂ℓ/∂f of every sample.</summary>
    public static long ScratchFloats(LaunchShape shape) => (long)shape.Batch * (shape.Width + 1);

    /// <summary>
    /// Applies the step after <paramref name="step"/> steps to weights that are already drawn (NUMERICS.md, "Backward in general").
    /// </summary>
    /// <param name="slot">Slot index.</param>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="step">Steps taken so far, t.</param>
    /// <param name="weights">[slots][<see cref="MlpLayout.RunFloats"/>].</param>
    /// <param name="settings">[slots].</param>
    /// <param name="subsets">[slots][<see cref="LaunchShape.SubsetStride"/>].</param>
    /// <param name="scratch">[slots][<see cref="ScratchFloats"/>].</param>
    public static void Step<TActivation, TLoss>(
        Index1D slot,
        LaunchShape shape,
        long step,
        ArrayView<float> weights,
        ArrayView<RunSettings> settings,
        ArrayView<int> subsets,
        ArrayView<float> scratch)
        where TActivation : struct, IActivation
        where TLoss : struct, ILoss
    {
        long runFloats = MlpLayout.RunFloats(shape.Inputs, shape.Width);
        var run = weights.SubView(slot.X * runFloats, runFloats);
        var subset = subsets.SubView((long)slot.X * shape.SubsetStride, shape.SubsetStride);
        var memory = scratch.SubView(slot.X * ScratchFloats(shape), ScratchFloats(shape));
        var z = memory.SubView(0, (long)shape.Batch * shape.Width);
        var descent = memory.SubView((long)shape.Batch * shape.Width, shape.Batch);
        var column = settings[slot];
        ulong first = SampleWindow.FirstSample(step, shape.Batch);

        for (int b = 0; b < shape.Batch; b++)
        {
            ulong sample = first + (ulong)b;
            float label = 1f;
            for (int q = 0; q < column.Degree; q++)
                label *= Input(column.Seed, sample, subset[q]);

            for (int j = 0; j < shape.Width; j++)
                z[((long)b * shape.Width) + j] = Preactivation(run, shape.Inputs, column.Seed, sample, j);

            descent[b] = TLoss.Descent(label, Output<TActivation>(run, z.SubView((long)b * shape.Width, shape.Width), shape));
        }

        for (int j = 0; j < shape.Width; j++)
            UpdateNeuron<TActivation>(run, z, descent, shape, column, first, j);

        float total = 0f;
        for (int b = 0; b < shape.Batch; b++)
            total += descent[b];

        long bias = MlpLayout.OutputBias(shape.Inputs, shape.Width);
        run[bias] = Canon.Fma(column.StepSize, total, run[bias] * column.Decay);
    }

    private static void UpdateNeuron<TActivation>(
        ArrayView<float> run,
        ArrayView<float> z,
        ArrayView<float> descent,
        LaunchShape shape,
        RunSettings column,
        ulong first,
        int j)
        where TActivation : struct, IActivation
    {
        long outputIndex = MlpLayout.Index(shape.Inputs, j, shape.Inputs + 1);
        float output = run[outputIndex];
        for (int i = 0; i <= shape.Inputs; i++)
        {
            float gradient = 0f;
            for (int b = 0; b < shape.Batch; b++)
            {
                float x = i < shape.Inputs ? Input(column.Seed, first + (ulong)b, i) : 1f;
                float slope = TActivation.Slope(z[((long)b * shape.Width) + j]);
                gradient = Canon.Fma(descent[b] * output * slope, x, gradient);
            }

            long index = MlpLayout.Index(shape.Inputs, j, i);
            run[index] = Canon.Fma(column.StepSize, gradient, run[index] * column.Decay);
        }

        float sum = 0f;
        for (int b = 0; b < shape.Batch; b++)
            sum = Canon.Fma(descent[b], TActivation.Value(z[((long)b * shape.Width) + j]), sum);

        run[outputIndex] = Canon.Fma(column.StepSize, sum, output * column.Decay);
    }

    private static float Preactivation(ArrayView<float> run, int inputs, ulong seed, ulong sample, int j)
    {
        float z = run[MlpLayout.Index(inputs, j, inputs)];
        for (int start = 0; start < inputs; start += MlpLayout.Group)
        {
            float sum = run[MlpLayout.Index(inputs, j, start)] * Input(seed, sample, start);
            for (int i = start + 1; i < inputs && i < start + MlpLayout.Group; i++)
                sum = Canon.Fma(run[MlpLayout.Index(inputs, j, i)], Input(seed, sample, i), sum);

            z += sum;
        }

        return z;
    }

    private static float Output<TActivation>(ArrayView<float> run, ArrayView<float> z, LaunchShape shape)
        where TActivation : struct, IActivation
    {
        var lanes = LocalMemory.Allocate<float>(MlpLayout.Lanes);
        for (int lane = 0; lane < MlpLayout.Lanes; lane++)
        {
            float sum = 0f;
            for (int j = lane; j < shape.Width; j += MlpLayout.Lanes)
                sum = Canon.Fma(run[MlpLayout.Index(shape.Inputs, j, shape.Inputs + 1)], TActivation.Value(z[j]), sum);

            lanes[lane] = sum;
        }

        for (int half = MlpLayout.Lanes / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return run[MlpLayout.OutputBias(shape.Inputs, shape.Width)] + lanes[0];
    }

    /// <summary>Input i of a training sample, ±1.</summary>
    private static float Input(ulong seed, ulong sample, int i)
    {
        var block = RandomStreams.SampleWord(seed, sample / MlpLayout.WordSamples, (uint)(i / MlpLayout.Group));
        int place = i % MlpLayout.Group;
        uint word = place == 0 ? block.W0 : place == 1 ? block.W1 : place == 2 ? block.W2 : block.W3;
        return ((word >> (int)(sample % MlpLayout.WordSamples)) & 1) == 0 ? 1f : -1f;
    }
}
