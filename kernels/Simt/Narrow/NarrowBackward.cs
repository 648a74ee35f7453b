using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Sums of the gradients over the samples of a pass: a row of weights per thread, and an output weight for each of the last ones.</summary>
internal static class NarrowBackward
{
    /// <summary>
    /// Adds the samples of the pass to the gradients of an input's weights, or of the biases, which are the row after them.
    /// </summary>
    /// <param name="run">The run; the tables of d are complete.</param>
    /// <param name="sums">The sums so far.</param>
    /// <param name="words">Words of the pass.</param>
    /// <returns>The sums; of the row of the thread's index.</returns>
    public static TValues AddRow<TValues, TColumns>(NarrowSlot run, TValues sums, int words)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        const int Table = NarrowMemory.TableEntries;
        int row = run.Thread.Index;
        int at = (NarrowMemory.Inputs * 4) + (row < run.Shape.Inputs ? row : NarrowMemory.BiasInput);
        int table = 0;
        for (int word = 0; word < words; word++)
        {
            uint signs = run.Scratch.Words[at];
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table, signs);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + Table, signs >> 4);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (2 * Table), signs >> 8);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (3 * Table), signs >> 12);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (4 * Table), signs >> 16);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (5 * Table), signs >> 20);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (6 * Table), signs >> 24);
            sums = NarrowTables.Add<TValues, TColumns>(run, sums, table + (7 * Table), signs >> 28);
            at += NarrowMemory.WordInputs;
            table += Canon.SampleQuads * Table;
        }

        return sums;
    }

    /// <summary>Adds the samples of the pass to Σ_b g_b·h_bj, one column for each of the last threads, and to Σ_b g_b; what is missing in the quads is +0.</summary>
    /// <param name="run">The run.</param>
    /// <param name="start">Whether the pass is the batch's first.</param>
    /// <param name="words">Words of the pass.</param>
    public static void AddOutputs(NarrowSlot run, bool start, int words)
    {
        var memory = run.Scratch;
        int column = run.Thread.Count - 1 - run.Thread.Index;
        if (column >= 2 * NarrowMemory.Columns)
            return;

        int sums = (NarrowMemory.OutputSums * 4) + column;
        float sum = start ? 0f : memory.Floats[sums];

        // g·1 for the bias.
        int left = column == NarrowMemory.Columns || column < run.Shape.Width ? words * Canon.SampleQuads : 0;
        int value = NarrowMemory.Values + (column * NarrowMemory.SampleQuads);
        for (int descent = NarrowMemory.OutputDescents; left > 0; left -= 4, value += 4, descent += 4)
        {
            var values = memory.Quads.SubView(value, 4);
            var descents = memory.Quads.SubView(descent, 4);
            sum = Quad.AddInner(sum, descents[0], values[0]);
            sum = Quad.AddInner(sum, descents[1], values[1]);
            sum = Quad.AddInner(sum, descents[2], values[2]);
            sum = Quad.AddInner(sum, descents[3], values[3]);
        }

        memory.Floats[sums] = sum;
    }
}
