using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The forward pass of a thread's sample, for all neurons at once.</summary>
internal static class OneWarpForward
{
    private const int Pairs = Canon.Lanes / 2;

    /// <summary>
    /// Classifies the thread's sample; marks whether it is an error, whether it lies inside the margin, and which neurons are active and learn from it.
    /// </summary>
    /// <param name="run">The run; the samples' inputs are complete.</param>
    /// <param name="outputBias">The output bias.</param>
    /// <param name="labels">Labels of the samples.</param>
    /// <param name="count">Samples that exist.</param>
    public static void Pass<TTile>(CountingSlot run, float outputBias, uint labels, int count)
        where TTile : struct, ITile
    {
        var memory = run.Scratch;
        int sample = run.Thread.Index;
        int up = Canon.WordSamples - 1 - sample;
        var pairs = memory.Quads.Cast<FloatPair>();
        var weights = memory.Weights.Cast<QuadPair>();
        var z = PairSums.Of<TTile>(pairs.SubView(run.Shape.Counting.BiasQuads * 2, Pairs));
        int at = 0;
        int inputs = run.Shape.Counting.SignQuads;
        int end = inputs + run.Shape.Counting.Groups;
        for (; inputs < end; inputs++, at += Pairs)
            z = PairSums.Add<TTile>(z, weights.SubView(at, Pairs), EightSigns.Of(memory.WordQuads[inputs], up));

        float f = outputBias + PairSums.Output<TTile>(z, pairs.SubView(run.Shape.Counting.OutputQuads * 2, Pairs));
        int place = CountingVerdict.Place(sample);
        uint inside = CountingVerdict.Store(run, f, labels << up, sample < count, place, place);
        PairSums.Mark<TTile>(
            z,
            inside != 0 ? 0f : float.PositiveInfinity,
            memory.Bytes.SubView((run.Shape.Counting.ActiveQuads * 16) + place, Canon.Lanes * Canon.WordSamples));
    }
}
