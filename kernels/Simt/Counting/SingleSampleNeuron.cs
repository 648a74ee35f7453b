using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A thread's neuron. Its weights lie in the group's memory as [group of inputs][thread], the four inputs of a group in a quad; inputs missing in the
/// last group have weight +0, and a thread without a neuron holds only +0.
/// </summary>
internal struct SingleSampleNeuron
{
    private float bias;

    /// <summary>z of the sample of the last pass.</summary>
    public float Z { get; private set; }

    /// <summary>The output weight u.</summary>
    public float Output { get; private set; }

    /// <summary>Whether the output weight is finite.</summary>
    public readonly bool IsFinite => CountingUpdate.IsFinite(Output);

    /// <summary>Reads a neuron from the run's parameters.</summary>
    public static SingleSampleNeuron Load(CountingSlot run)
    {
        int j = run.Thread.Index;
        bool exists = j < run.Shape.Width;
        CountingParameters.LoadWeights(run, j, j, run.Shape.Counting.Threads);
        long biasAt = FirstLayerLayout.Index(run.Shape.Inputs, exists ? j : 0, run.Shape.Inputs);
        return new()
        {
            bias = exists ? run.Floats[biasAt] : 0f,
            Output = exists ? run.Floats[biasAt + Canon.Lanes] : 0f,
        };
    }

    /// <summary>Writes the neuron back.</summary>
    public readonly void Store(CountingSlot run)
    {
        int j = run.Thread.Index;
        if (j >= run.Shape.Width)
            return;

        CountingParameters.StoreWeights(run, j, j, run.Shape.Counting.Threads);
        long to = FirstLayerLayout.Index(run.Shape.Inputs, j, run.Shape.Inputs);
        run.Floats[to] = bias;
        run.Floats[to + Canon.Lanes] = Output;
    }

    /// <summary>Computes z of the sample whose signs are ready.</summary>
    public void Pass(CountingSlot run)
    {
        var memory = run.Scratch;
        float z = bias;
        int at = run.Thread.Index;
        int signs = run.Shape.Counting.SignQuads;
        for (int group = 0; group < run.Shape.Counting.Groups; group++, at += run.Shape.Counting.Threads, signs += 2)
            z = EightSigns.Add(z, memory.Weights[at], memory.Quads[signs]);

        Z = z;
    }

    /// <summary>
    /// Updates all parameters by the prepared gradient, then computes z of the sample whose signs are ready.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="mask">All ones if the neuron is active on the sample of the last pass, the gradient's, and that sample is inside the margin, else 0.</param>
    /// <param name="label">That sample's label, as sign bit.</param>
    public void StepAndPass(CountingSlot run, uint mask, uint label)
    {
        float u = Output;
        float decay = run.Settings.Decay;
        float slope = run.Settings.StepSize * u;
        float g = Interop.IntAsFloat((EightSigns.One | label) & mask);
        bias = ExactMath.Fma(g, slope, bias * decay);
        Output = ExactMath.Fma(run.Settings.StepSize, Z * g, u * decay);
        float z = bias;
        int at = run.Thread.Index;
        int signs = run.Shape.Counting.SignQuads;
        int left = run.Shape.Inputs;
        for (; left >= Canon.Group; left -= Canon.Group, at += run.Shape.Counting.Threads, signs += 2)
            z = StepAndAdd(run, at, signs, Canon.Group, mask, slope, decay, z);

        if (left > 0)
            z = StepAndAdd(run, at, signs, left, mask, slope, decay, z);

        Z = z;
    }

    /// <summary>
    /// The same for a group of inputs, or its first <paramref name="inputs"/>, whose weights lie at <paramref name="at"/>: w ← fma(g, slope,
    /// w·decay), z + s_g.
    /// </summary>
    private static float StepAndAdd(
        CountingSlot run, int at, int signsAt, int inputs, uint mask, float slope, float decay, float z)
    {
        var weights = run.Scratch.Weights.SubView(at, 1);
        var signs = run.Scratch.Quads.SubView(signsAt, 2);
        var w = weights[0];
        var g = SingleSamples.Masked(signs[1], mask);
        w.X = ExactMath.Fma(g.X, slope, w.X * decay);
        w.Y = ExactMath.Fma(g.Y, slope, w.Y * decay);
        w.Z = ExactMath.Fma(g.Z, slope, w.Z * decay);
        w.W = ExactMath.Fma(g.W, slope, w.W * decay);
        w = Quad.Before(w, inputs);
        weights[0] = w;
        return EightSigns.Add(z, w, signs[0]);
    }
}
