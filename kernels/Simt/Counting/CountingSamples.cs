using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Draws samples into a slot's scratch: the threads of a group share the generator calls.</summary>
internal static class CountingSamples
{
    /// <summary>
    /// Draws the stream words of a batch into the ring, four inputs a thread.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="firstSample">First sample of the batch.</param>
    /// <param name="drawn">Words before this one are in the ring already.</param>
    public static void DrawStream(CountingSlot run, ulong firstSample, ulong drawn)
    {
        ulong first = Math.Max(drawn, firstSample / Canon.WordSamples);
        int groups = Canon.Groups(run.Shape.Inputs);
        int count = (int)(SampleWindow.EndWord(firstSample, run.Shape.Batch) - first) * groups;
        int start = (int)(first % (ulong)run.Scratch.RingWords);
        for (int index = run.Thread.Index; index < count; index += run.Thread.Count)
        {
            int word = index / groups;
            int group = index - (word * groups);
            var entry = run.Scratch.Ring(Wrap(start + word, run.Scratch.RingWords)).Cast<WordQuad>();
            entry[group] = InputDistribution.Training(run.Settings, first + (ulong)word, (uint)group);
        }
    }

    /// <summary>
    /// Realigns the ring so that bit b of the window's words is sample <paramref name="firstSample"/> + b.
    /// </summary>
    public static void FillWindow(CountingSlot run, ulong firstSample)
    {
        int words = Canon.Words(run.Shape.Batch);
        int start = (int)(firstSample / Canon.WordSamples % (ulong)run.Scratch.RingWords);
        int shift = (int)(firstSample % Canon.WordSamples);
        for (int word = 0; word < words; word++)
        {
            var low = run.Scratch.Ring(Wrap(start + word, run.Scratch.RingWords));
            var high = run.Scratch.Ring(Wrap(start + word + 1, run.Scratch.RingWords));
            var window = run.Scratch.Window(word);
            for (int i = run.Thread.Index; i < run.Shape.Inputs; i += run.Thread.Count)
                window[i] = SampleWindow.Realign(low[i], high[i], shift);
        }
    }

    /// <summary>Draws held-out word <paramref name="word"/> into the window's first word.</summary>
    public static void DrawHeldOut(CountingSlot run, ulong step, int word)
    {
        int groups = Canon.Groups(run.Shape.Inputs);
        var window = run.Scratch.Window(0).Cast<WordQuad>();
        for (int group = run.Thread.Index; group < groups; group += run.Thread.Count)
            window[group] = RandomStreams.HeldOutWord(run.Settings.Seed, step, (uint)word, (uint)group);
    }

    private static int Wrap(int entry, int entries) => entry >= entries ? entry - entries : entry;
}
