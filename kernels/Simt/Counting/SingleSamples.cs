using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>What the threads of a group do together for a batch of one sample, or for one held-out sample.</summary>
internal static class SingleSamples
{
    /// <summary>Draws a word of the run's stream.</summary>
    public static void DrawStream(CountingSlot run, ulong word)
    {
        for (int group = run.Thread.Index; group < run.Shape.Counting.Groups; group += run.Shape.Counting.Threads)
            run.Scratch.WordQuads[run.Shape.Counting.RingQuads + group] = InputDistribution.Training(run.Stored, word, (uint)group);
    }

    /// <summary>Draws a word of the held-out samples of a step.</summary>
    public static void DrawHeldOut(CountingSlot run, ulong step, int word)
    {
        for (int group = run.Thread.Index; group < run.Shape.Counting.Groups; group += run.Shape.Counting.Threads)
            run.Scratch.WordQuads[run.Shape.Counting.HeldOutQuads + group] = RandomStreams.HeldOutWord(run.Settings.Seed, step, (uint)word, (uint)group);
    }

    /// <summary>Computes a sample's signs for a pass, [group][0]; a thread handles the groups that it drew itself.</summary>
    /// <param name="run">The run.</param>
    /// <param name="drawn">Where the sample's word was drawn, in quads.</param>
    /// <param name="bit">Its bit.</param>
    public static void Expand(CountingSlot run, int drawn, int bit)
    {
        for (int group = run.Thread.Index; group < run.Shape.Counting.Groups; group += run.Shape.Counting.Threads)
        {
            run.Scratch.Quads[run.Shape.Counting.SignQuads + (2 * group)] =
                EightSigns.Of(run.Scratch.WordQuads[drawn + group], Canon.WordSamples - 1 - bit);
        }
    }

    /// <summary>Computes y·x of a sample of the run's stream, [group][1].</summary>
    /// <param name="run">The run.</param>
    /// <param name="bit">The sample's bit.</param>
    /// <param name="label">Its label, as sign bit.</param>
    public static void ExpandGradients(CountingSlot run, int bit, uint label)
    {
        int up = Canon.WordSamples - 1 - bit;
        for (int group = run.Thread.Index; group < run.Shape.Counting.Groups; group += run.Shape.Counting.Threads)
        {
            var inputs = run.Scratch.WordQuads[run.Shape.Counting.RingQuads + group];
            run.Scratch.Quads[run.Shape.Counting.SignQuads + (2 * group) + 1] = new FloatQuad
            {
                X = Signed(inputs.W0 << up, label),
                Y = Signed(inputs.W1 << up, label),
                Z = Signed(inputs.W2 << up, label),
                W = Signed(inputs.W3 << up, label),
            };
        }
    }

    /// <summary>Labels of a word of samples.</summary>
    /// <param name="run">The run.</param>
    /// <param name="drawn">Where the word was drawn, in quads.</param>
    public static uint Labels(CountingSlot run, int drawn) =>
        Kernels.Labels.Of(run.Settings, new RelevantInputs(run.Scratch.Words.SubView(drawn * 4, run.Shape.Counting.Groups * 4), run.Subset));

    /// <summary>The output's sum over a lane's neurons, block by block: S ← fma(u, h, S).</summary>
    public static float LaneSum(CountingSlot run, int lane)
    {
        var memory = run.Scratch;
        int outputs = (run.Shape.Counting.OutputQuads * 4) + lane;
        int values = (run.Shape.Counting.ActiveQuads * 4) + lane;
        float sum = 0f;
        for (int neuron = lane; neuron < run.Shape.Width; neuron += Canon.Lanes, outputs += Canon.Lanes, values += Canon.Lanes)
            sum = ExactMath.Fma(memory.Floats[outputs], memory.Floats[values], sum);

        return sum;
    }

    /// <summary>The canon's halving tree over the 16 lanes.</summary>
    public static float Tree(ArrayView<FloatQuad> sums)
    {
        var a = sums[0];
        var b = sums[1];
        var c = sums[2];
        var d = sums[3];
        return (((a.X + c.X) + (b.X + d.X)) + ((a.Z + c.Z) + (b.Z + d.Z)))
            + (((a.Y + c.Y) + (b.Y + d.Y)) + ((a.W + c.W) + (b.W + d.W)));
    }

    /// <summary>The entries where the mask is all ones, +0 where it is 0.</summary>
    public static FloatQuad Masked(FloatQuad values, uint mask) => new()
    {
        X = Masked(values.X, mask),
        Y = Masked(values.Y, mask),
        Z = Masked(values.Z, mask),
        W = Masked(values.W, mask),
    };

    /// <summary>y of a sample inside the margin, else 0.</summary>
    /// <param name="inside">1 or 0.</param>
    /// <param name="label">The label, as sign bit.</param>
    public static float OutputGradient(uint inside, uint label) => Interop.IntAsFloat((EightSigns.One | label) & (0u - inside));

    private static float Masked(float value, uint mask) => Interop.IntAsFloat(Interop.FloatAsInt(value) & mask);

    private static float Signed(uint input, uint label) => Interop.IntAsFloat(EightSigns.One | ((input ^ label) & EightSigns.SignBit));
}
