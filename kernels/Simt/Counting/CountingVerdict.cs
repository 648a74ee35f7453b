using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Errors and margins of the samples of a pass. Threads store one byte per sample, sample 8b +
/// k of a word in byte b of word k; shifts then combine the eight words.
/// </summary>
internal static class CountingVerdict
{
    /// <summary>
    /// Judges the samples of a pass, one per thread.
    /// </summary>
    /// <param name="run">The run; the lane sums are complete.</param>
    /// <param name="labels">Where the pass's labels start, in words.</param>
    /// <param name="firstWord">Word of the batch that the pass starts with.</param>
    /// <param name="count">Samples that exist from the pass's first one on; the others count as correct and outside the margin.</param>
    public static void Judge(CountingSlot run, int labels, int firstWord, int count)
    {
        int index = run.Thread.Index;
        if (index >= run.Shape.Counting.PassWords * Canon.WordSamples)
            return;

        var memory = run.Scratch;
        int sample = index & (Canon.WordSamples - 1);
        int word = index >> 5;
        int sums = (run.Shape.Counting.LaneSumQuads * 4) + (word * Canon.Lanes * CountingPlan.SumQuads * 4) + sample;
        float f = memory.Floats[run.Shape.Counting.ScalarQuads * 4]
            + Tree(memory.Floats.SubView(sums, ((Canon.Lanes - 1) * CountingPlan.SumQuads * 4) + 1));
        int place = (word * Canon.WordSamples) + Place(sample);
        Store(run, f, memory.Words[labels + word] << (Canon.WordSamples - 1 - sample), index < count, place, place + (firstWord * Canon.WordSamples));
    }

    /// <summary>
    /// Judges a sample.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="f">The network's output.</param>
    /// <param name="label">The sample's label, as the highest bit.</param>
    /// <param name="exists">Whether there is such a sample.</param>
    /// <param name="wrongPlace">Its byte among the errors of the pass.</param>
    /// <param name="insidePlace">Its byte among the samples of the batch that lie inside the margin.</param>
    /// <returns>Whether it lies inside the margin: 1 or 0.</returns>
    public static uint Store(CountingSlot run, float f, uint label, bool exists, int wrongPlace, int insidePlace)
    {
        float margin = Interop.IntAsFloat(Interop.FloatAsInt(f) ^ (label & EightSigns.SignBit));
        uint counts = exists ? 1u : 0u;
        uint right = margin > 0f ? 1u : 0u;
        uint inside = (margin < 1f ? 1u : 0u) & counts;
        run.Scratch.Bytes[(run.Shape.Counting.WrongQuads * 16) + wrongPlace] = (byte)((right ^ 1u) & counts);
        run.Scratch.Bytes[(run.Shape.Counting.InsideQuads * 16) + insidePlace] = (byte)inside;
        return inside;
    }

    /// <summary>Byte of a sample of a word.</summary>
    public static int Place(int sample) => ((sample & 7) << 2) | (sample >> 3);

    /// <summary>Errors among the samples of a pass.</summary>
    public static int Errors(CountingSlot run)
    {
        uint bytes = 0;
        int at = run.Shape.Counting.WrongQuads;
        for (int word = 0; word < run.Shape.Counting.PassWords; word++, at += 2)
        {
            var low = run.Scratch.WordQuads[at];
            var high = run.Scratch.WordQuads[at + 1];
            bytes += (low.W0 + low.W1) + (low.W2 + low.W3) + (high.W0 + high.W1) + (high.W2 + high.W3);
        }

        return (int)((bytes * 0x01010101) >> 24);
    }

    /// <summary>The samples of a word of the batch that lie inside the margin, a bit each.</summary>
    public static uint Inside(CountingSlot run, int word) => Bits(run, run.Shape.Counting.InsideQuads + (2 * word));

    /// <summary>The bytes of 32 samples, which lie at <paramref name="at"/>, as a bit each.</summary>
    public static uint Bits(CountingSlot run, int at)
    {
        var low = run.Scratch.WordQuads[at];
        var high = run.Scratch.WordQuads[at + 1];
        return low.W0 | (low.W1 << 1) | (low.W2 << 2) | (low.W3 << 3)
            | (high.W0 << 4) | (high.W1 << 5) | (high.W2 << 6) | (high.W3 << 7);
    }

    /// <summary>The canon's halving tree over the lanes of one sample.</summary>
    private static float Tree(ArrayView<float> sums) =>
        (EveryFourth(sums, 0) + EveryFourth(sums, 2)) + (EveryFourth(sums, 1) + EveryFourth(sums, 3));

    private static float EveryFourth(ArrayView<float> sums, int lane) =>
        (sums[Lane(lane)] + sums[Lane(lane + 8)]) + (sums[Lane(lane + 4)] + sums[Lane(lane + 12)]);

    private static int Lane(int lane) => lane * CountingPlan.SumQuads * 4;
}
