using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Tables of the sixteen signed sums of four numbers, (((±a) ± b) ± c) ± d; bit q of an entry's number makes number q negative.</summary>
internal static class NarrowTables
{
    /// <summary>The tables of the weights of every four inputs; a column of a table per thread, from the last thread on: the first ones draw.</summary>
    public static void OfWeights(NarrowSlot run)
    {
        int n = run.Shape.Inputs;
        int width = run.Shape.Width;
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
            Fill(run, table, column, weights);
        }
    }

    /// <summary>The tables of d of every four samples; a column of a table per thread.</summary>
    /// <param name="run">The run.</param>
    /// <param name="words">Words of the pass.</param>
    public static void OfDescents(NarrowSlot run, int words)
    {
        int width = run.Shape.Width;
        int table = Quotient(run.Thread.Index, width);
        int column = run.Thread.Index - (table * width);
        if (table < words * Canon.SampleQuads)
            Fill(run, table, column, run.Scratch.Quads[NarrowMemory.Descents + (column * NarrowMemory.SampleQuads) + table]);
    }

    /// <summary>An entry of a table, all columns.</summary>
    public static FloatQuad Entry(NarrowSlot run, int table, uint entry) => run.Scratch.Quads[table + (int)(entry & 15)];

    /// <summary>The quotient of an index below 256 by 1, 2, 3 or 4, without a division.</summary>
    private static int Quotient(int index, int by) => (index * (by == 1 ? 1 << 17 : by == 2 ? 1 << 16 : by == 3 ? 43_691 : 1 << 15)) >> 17;

    private static void Fill(NarrowSlot run, int table, int column, FloatQuad of)
    {
        const int Entry = NarrowMemory.Columns;
        int at = ((NarrowMemory.Tables + (table * NarrowMemory.TableQuads)) * NarrowMemory.Columns) + column;
        var entries = run.Scratch.Floats.SubView(at, (15 * Entry) + 1);

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
        entries[Entry] = t1;
        entries[2 * Entry] = t2;
        entries[3 * Entry] = t3;
        entries[4 * Entry] = of.W - p3;
        entries[5 * Entry] = of.W - p2;
        entries[6 * Entry] = of.W - p1;
        entries[7 * Entry] = of.W - p0;
        entries[8 * Entry] = p0 - of.W;
        entries[9 * Entry] = p1 - of.W;
        entries[10 * Entry] = p2 - of.W;
        entries[11 * Entry] = p3 - of.W;
        entries[12 * Entry] = -t3;
        entries[13 * Entry] = -t2;
        entries[14 * Entry] = -t1;
        entries[15 * Entry] = -t0;
    }
}
