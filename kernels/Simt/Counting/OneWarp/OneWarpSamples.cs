using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Draws samples and prepares them for a pass: a thread has one group of four inputs.</summary>
internal static class OneWarpSamples
{
    /// <summary>
    /// Draws words of the run's stream. Of two successive words, one lies in each half of the ring.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="word">The first word.</param>
    /// <param name="count">Words.</param>
    public static void DrawStream(CountingSlot run, ulong word, int count)
    {
        int group = run.Thread.Index;
        if (group >= run.Shape.Counting.Groups)
            return;

        for (; count > 0; count--, word++)
            run.Scratch.WordQuads[Ring(run, word) + group] = InputDistribution.Training(run.Stored, word, (uint)group);
    }

    /// <summary>
    /// Prepares the inputs of the next pass from the run's stream.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="word">The stream word of the first sample.</param>
    /// <param name="shift">Its bit.</param>
    public static void Realign(CountingSlot run, ulong word, int shift)
    {
        int group = run.Thread.Index;
        if (group >= run.Shape.Counting.Groups)
            return;

        run.Scratch.WordQuads[run.Shape.Counting.SignQuads + group] = SampleWindow.Realign(
            run.Scratch.WordQuads[Ring(run, word) + group], run.Scratch.WordQuads[Ring(run, word + 1) + group], shift);
    }

    /// <summary>Draws the inputs of the next pass, held-out samples.</summary>
    public static void DrawHeldOut(CountingSlot run, ulong step, int word)
    {
        int group = run.Thread.Index;
        if (group < run.Shape.Counting.Groups)
        {
            run.Scratch.WordQuads[run.Shape.Counting.SignQuads + group] =
                RandomStreams.HeldOutWord(run.Settings.Seed, step, (uint)word, (uint)group);
        }
    }

    /// <summary>Labels of the samples of a pass.</summary>
    public static uint Label(CountingSlot run) => Labels.Of(
        run.Settings, new RelevantInputs(run.Scratch.Words.SubView(run.Shape.Counting.SignQuads * 4, run.Shape.Counting.Groups * 4), run.Subset));

    /// <summary>XORs the inputs of a pass with the labels, for the gradients.</summary>
    public static void Compare(CountingSlot run, uint labels)
    {
        int group = run.Thread.Index;
        if (group >= run.Shape.Counting.Groups)
            return;

        var inputs = run.Scratch.WordQuads[run.Shape.Counting.SignQuads + group];
        run.Scratch.WordQuads[run.Shape.Counting.WindowQuads + group] =
            new WordQuad(inputs.W0 ^ labels, inputs.W1 ^ labels, inputs.W2 ^ labels, inputs.W3 ^ labels);
    }

    private static int Ring(CountingSlot run, ulong word) =>
        run.Shape.Counting.RingQuads + ((word & 1) != 0 ? run.Shape.Counting.Groups : 0);
}
