using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Draws samples and prepares them for a pass; the threads of a group share the generator calls.</summary>
internal static class CountingSamples
{
    /// <summary>Threads that share a word, with four inputs each per turn.</summary>
    private const int RowThreads = 16;

    /// <summary>
    /// Draws words of the run's stream into the ring.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="first">First word.</param>
    /// <param name="entry">Its entry in the ring, not yet wrapped.</param>
    /// <param name="count">Words.</param>
    public static void DrawStream(CountingSlot run, ulong first, int entry, int count)
    {
        int thread = FromTop(run);
        for (int row = thread / RowThreads; row < count; row += run.Shape.Counting.Threads / RowThreads)
        {
            int at = run.Shape.Counting.RingQuads + (Wrap(entry + row, run.Shape.Counting.RingWords) * run.Shape.Counting.Groups);
            for (int group = thread % RowThreads; group < run.Shape.Counting.Groups; group += RowThreads)
                run.Scratch.WordQuads[at + group] = InputDistribution.Training(run.Stored, first + (ulong)row, (uint)group);
        }
    }

    /// <summary>Draws words of the held-out samples of a step.</summary>
    public static void DrawHeldOut(CountingSlot run, ulong step, int first, int count)
    {
        int thread = FromTop(run);
        for (int row = thread / RowThreads; row < count; row += run.Shape.Counting.Threads / RowThreads)
        {
            int at = run.Shape.Counting.HeldOutQuads + (row * run.Shape.Counting.Groups);
            for (int group = thread % RowThreads; group < run.Shape.Counting.Groups; group += RowThreads)
                run.Scratch.WordQuads[at + group] = RandomStreams.HeldOutWord(run.Settings.Seed, step, (uint)(first + row), (uint)group);
        }
    }

    /// <summary>
    /// Realigns samples so that bit b of a word is the b-th sample from <paramref name="shift"/> on; the inputs are XORed with the labels
    /// (NUMERICS.md: P_i = Y ^ X_i).
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="drawn">Where the samples were drawn, in quads.</param>
    /// <param name="entries">Entries there.</param>
    /// <param name="start">Entry of the first sample, not yet wrapped.</param>
    /// <param name="shift">Its bit.</param>
    /// <param name="words">Words of samples.</param>
    /// <param name="window">Where the inputs go, in quads; negative for nowhere.</param>
    /// <param name="labels">Where the labels go, in words.</param>
    public static void Realign(CountingSlot run, int drawn, int entries, int start, int shift, int words, int window, int labels)
    {
        int groups = run.Shape.Counting.Groups;
        for (int word = run.Thread.Index / RowThreads; word < words; word += run.Shape.Counting.Threads / RowThreads)
        {
            int low = drawn + (Wrap(start + word, entries) * groups);
            int high = drawn + (Wrap(start + word + 1, entries) * groups);
            uint y = Labels.Of(run.Settings, new RealignedInputs(run.Scratch.Words, run.Subset, low * 4, high * 4, shift));
            int first = run.Thread.Index % RowThreads;
            if (first == 0)
                run.Scratch.Words[labels + word] = y;

            for (int group = first; group < groups && window >= 0; group += RowThreads)
            {
                var a = run.Scratch.WordQuads[low + group];
                var b = run.Scratch.WordQuads[high + group];
                run.Scratch.WordQuads[window + (word * groups) + group] = new WordQuad(
                    SampleWindow.Realign(a.W0, b.W0, shift) ^ y,
                    SampleWindow.Realign(a.W1, b.W1, shift) ^ y,
                    SampleWindow.Realign(a.W2, b.W2, shift) ^ y,
                    SampleWindow.Realign(a.W3, b.W3, shift) ^ y);
            }
        }
    }

    /// <summary>
    /// Expands the samples of a pass to signs: a thread has one sample of a word, a warp one group of inputs per turn.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="drawn">Where the samples were drawn, in quads.</param>
    /// <param name="entries">Entries there.</param>
    /// <param name="start">Entry of the pass's first sample, not yet wrapped.</param>
    /// <param name="shift">Its bit.</param>
    /// <param name="words">Words of samples, at most those of a pass.</param>
    public static void Expand(CountingSlot run, int drawn, int entries, int start, int shift, int words)
    {
        int sample = run.Thread.Index & (Canon.WordSamples - 1);
        int warp = run.Thread.Index >> 5;
        int bit = shift + sample;
        int up = ~bit & (Canon.WordSamples - 1);
        int entry = Wrap(start + (bit >> 5), entries);
        int place = run.Shape.Counting.SignQuads + (warp * run.Shape.Counting.SignStride) + EightSigns.Place(run.Shape.Counting, 0, sample);
        for (int word = 0; word < words; word++)
        {
            int from = drawn + (entry * run.Shape.Counting.Groups) + warp;
            int to = place;
            for (int group = warp; group < run.Shape.Counting.Groups; group += run.Shape.Counting.Warps)
            {
                run.Scratch.Quads[to] = EightSigns.Of(run.Scratch.WordQuads[from], up);
                from += run.Shape.Counting.Warps;
                to += run.Shape.Counting.Warps * run.Shape.Counting.SignStride;
            }

            entry = Wrap(entry + 1, entries);
            place += CountingPlan.WordSignQuads;
        }
    }

    /// <summary>Wraps an entry that may lie up to one turn beyond the ring's end.</summary>
    public static int Wrap(int entry, int entries) => entry >= entries ? entry - entries : entry;

    /// <summary>A thread's index counted from the last thread, because the first threads have other work.</summary>
    private static int FromTop(CountingSlot run) => run.Shape.Counting.Threads - 1 - run.Thread.Index;

    /// <summary>The relevant inputs of 32 samples that start within a word.</summary>
    private readonly struct RealignedInputs(ArrayView<uint> drawn, ArrayView<int> subset, int low, int high, int shift) : IRelevantInputs
    {
        public uint Word(int q) => SampleWindow.Realign(drawn[low + subset[q]], drawn[high + subset[q]], shift);
    }
}
