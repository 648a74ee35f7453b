using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Draws the samples of a pass; the threads of a group share the generator calls.</summary>
internal static class NarrowSamples
{
    /// <summary>
    /// Fills inputs and entries.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="heldOut">Whether the samples are held out.</param>
    /// <param name="first">Number of the first training sample.</param>
    /// <param name="step">Steps taken, for held-out samples.</param>
    /// <param name="firstWord">Number of the first word of held-out samples.</param>
    /// <param name="words">Words of the pass.</param>
    public static void Draw(NarrowSlot run, bool heldOut, ulong first, long step, int firstWord, int words)
    {
        int groups = Canon.Groups(run.Shape.Inputs);
        ulong low = first / Canon.WordSamples;
        int shift = (int)first & (Canon.WordSamples - 1);
        int parts = heldOut || shift == 0 ? 1 : 2;
        for (int index = run.Thread.Index; index < words * groups; index += run.Thread.Count)
        {
            int word = index / groups;
            int group = index - (word * groups);

            // A loop, so that the code of a draw appears only once.
            var inputs = default(WordQuad);
            for (int part = 0; part < parts; part++)
            {
                var drawn = heldOut
                    ? RandomStreams.HeldOutWord(run.Settings.Seed, (ulong)step, (uint)(firstWord + word), (uint)group)
                    : InputDistribution.Training(run.Stored, low + (ulong)(word + part), (uint)group);
                inputs = part == 0 ? drawn : SampleWindow.Realign(inputs, drawn, shift);
            }

            run.Scratch.WordQuads[NarrowMemory.Inputs + (word * NarrowMemory.MostGroups) + group] = inputs;
            StoreEntries(run, (word * NarrowMemory.MostGroups * 4) + group, inputs);
        }
    }

    /// <summary>True labels of a word of the pass: bit 1 means −1.</summary>
    public static uint Labels(NarrowSlot run, int word)
    {
        var inputs = run.Scratch.Words.SubView((NarrowMemory.Inputs * 4) + (word * NarrowMemory.WordInputs), NarrowMemory.WordInputs);
        return Kernels.Labels.Of(run.Settings, new RelevantInputs(inputs, run.Subset));
    }

    /// <summary>Whether the label of a training sample is flipped: 1 or 0.</summary>
    public static uint Flip(NarrowSlot run, ulong number)
    {
        int bit = (int)number & (Canon.WordSamples - 1);
        var words = RandomStreams.NoiseWord(run.Settings.Seed, number / Canon.WordSamples, (uint)bit / 4);
        return words.Word(bit & 3) < run.Settings.Noise ? 1u : 0u;
    }

    /// <summary>Stores the four inputs' bits of each sample side by side, by exchanging bits of two words at a time.</summary>
    private static void StoreEntries(NarrowSlot run, int place, WordQuad inputs)
    {
        const uint Even = 0x55555555;
        const uint Pairs = 0x33333333;
        const int Next = NarrowMemory.MostGroups;
        uint even01 = (inputs.W0 & Even) | ((inputs.W1 & Even) << 1);
        uint odd01 = ((inputs.W0 >> 1) & Even) | (inputs.W1 & ~Even);
        uint even23 = (inputs.W2 & Even) | ((inputs.W3 & Even) << 1);
        uint odd23 = ((inputs.W2 >> 1) & Even) | (inputs.W3 & ~Even);
        var entries = run.Scratch.Words.SubView((NarrowMemory.Entries * 4) + place, (3 * Next) + 1);
        entries[0] = (even01 & Pairs) | ((even23 & Pairs) << 2);
        entries[Next] = (odd01 & Pairs) | ((odd23 & Pairs) << 2);
        entries[2 * Next] = ((even01 >> 2) & Pairs) | (even23 & ~Pairs);
        entries[3 * Next] = ((odd01 >> 2) & Pairs) | (odd23 & ~Pairs);
    }
}
