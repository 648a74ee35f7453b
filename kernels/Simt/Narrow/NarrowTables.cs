using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Tables of the sixteen signed sums of four numbers, (((±a) ± b) ± c) ± d; bit q of an entry's number makes number q negative.</summary>
internal static class NarrowTables
{
    /// <summary>The tables of the weights of every four inputs; a column of a table per thread, from the last thread on: the first ones draw.</summary>
    public static void OfWeights<TValues, TColumns>(NarrowSlot run)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        int n = run.Shape.Inputs;
        int width = TColumns.Width(run.Shape);
        for (int index = run.Thread.Count - 1 - run.Thread.Index; index < Canon.Groups(n) * width; index += run.Thread.Count)
        {
            int table = Quotient(index, width);
            int column = index - (table * width);
            int left = n - (table * Canon.Group);
            var rows = run.Floats.SubView((table * Canon.Group * Canon.Lanes) + column, (3 * Canon.Lanes) + 1);
            var weights = new FloatQuad
            {
                X = rows[0],
                Y = left > 1 ? rows[Canon.Lanes] : 0f,
                Z = left > 2 ? rows[2 * Canon.Lanes] : 0f,
                W = left > 3 ? rows[3 * Canon.Lanes] : 0f,
            };
            Fill<TValues, TColumns>(run, table, column, weights);
        }
    }

    /// <summary>The tables of d of every four samples; a column of a table per thread.</summary>
    /// <param name="run">The run.</param>
    /// <param name="words">Words of the pass.</param>
    public static void OfDescents<TValues, TColumns>(NarrowSlot run, int words)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        int width = TColumns.Width(run.Shape);
        int table = Quotient(run.Thread.Index, width);
        int column = run.Thread.Index - (table * width);
        if (table < words * Canon.SampleQuads)
            Fill<TValues, TColumns>(run, table, column, run.Scratch.Quads[NarrowMemory.Descents + (column * NarrowMemory.SampleQuads) + table]);
    }

    /// <summary>A sum and an entry of a table, all columns.</summary>
    /// <param name="run">The run.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="table">Where the table starts, in entries.</param>
    /// <param name="entry">Number of the entry; bits from the fifth on are not looked at.</param>
    public static TValues Add<TValues, TColumns>(NarrowSlot run, TValues sum, int table, uint entry)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues> =>
        TColumns.Add(sum, TColumns.Entries(run.Scratch)[table + (int)(entry & 15)]);

    /// <summary>The quotient of an index below 256 by 1, 2, 3 or 4, without a division.</summary>
    private static int Quotient(int index, int by) => (index * (by == 1 ? 1 << 17 : by == 2 ? 1 << 16 : by == 3 ? 43_691 : 1 << 15)) >> 17;

    private static void Fill<TValues, TColumns>(NarrowSlot run, int table, int column, FloatQuad of)
        where TValues : unmanaged
        where TColumns : struct, IColumns<TValues>
    {
        int step = TColumns.Count;
        var entries = run.Scratch.Floats.SubView((table * NarrowMemory.TableEntries * step) + column, (15 * step) + 1);

        // Rounding is symmetric, so an entry's complement is its negative.
        float sum = of.X + of.Y;
        float difference = of.X - of.Y;
        float p0 = sum + of.Z;
        float p1 = of.Z - difference;
        float p2 = difference + of.Z;
        float p3 = of.Z - sum;
        float t0 = p0 + of.W;
        float t1 = p1 + of.W;
        float t2 = p2 + of.W;
        float t3 = p3 + of.W;
        entries[0] = t0;
        entries[step] = t1;
        entries[2 * step] = t2;
        entries[3 * step] = t3;
        entries[4 * step] = of.W - p3;
        entries[5 * step] = of.W - p2;
        entries[6 * step] = of.W - p1;
        entries[7 * step] = of.W - p0;
        entries[8 * step] = p0 - of.W;
        entries[9 * step] = p1 - of.W;
        entries[10 * step] = p2 - of.W;
        entries[11 * step] = p3 - of.W;
        entries[12 * step] = -t3;
        entries[13 * step] = -t2;
        entries[14 * step] = -t1;
        entries[15 * step] = -t0;
    }
}
