using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Sums of terms over the tokens of 32 samples, forward and backward, by a group of threads (NUMERICS.md, transformer). Four signs form a pattern of
/// four bits, where 1 means −1; the sixteen possible sums of four terms, or of the gradients of four samples, are looked up in tables.
/// </summary>
internal static class TokenSums
{
    /// <summary>Patterns of four signs.</summary>
    public const int Patterns = 16;

    private const int Samples = Canon.WordSamples;
    private const int SampleQuads = Canon.SampleQuads;

    /// <summary>Neighbouring threads that divide the columns of a table of terms among them.</summary>
    private const int GroupLanes = 4;

    /// <summary>
    /// For each group of four inputs, the sums of their tokens' terms for every pattern; a group and four columns per thread. Inputs missing in the
    /// last group have terms +0.
    /// </summary>
    public static void FillTermTables(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.ColumnQuads;
        int lanes = GroupLanes;
        for (int column = run.Thread.Index & (lanes - 1); column < width; column += lanes)
        {
            for (int group = run.Thread.Index / lanes; group < shape.Groups; group += run.Thread.Count / lanes)
            {
                int inputs = run.Shape.Inputs - (4 * group);
                int at = shape.Terms + (4 * group * width) + column;
                var positive = QuadTile.RowsBefore(QuadTile.Load(scratch.Quads, at, width), inputs);
                var negative = QuadTile.RowsBefore(QuadTile.Load(scratch.Quads, at + shape.MinusQuads, width), inputs);
                FillTable(scratch.Quads, shape.TermTables + (((group * width) + column) * Patterns), positive, negative);
            }
        }
    }

    /// <summary>The signs of each group of four inputs; a group and a sample per thread.</summary>
    public static void FillPatterns(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        var window = run.Scratch.Window.Cast<WordQuad>();
        var patterns = scratch.Floats.Cast<uint>();
        int sample = run.Thread.Index & (Samples - 1);
        for (int group = run.Thread.Index / Samples; group < shape.Groups; group += run.Thread.Count / Samples)
        {
            var bits = window[group];
            patterns[(4 * shape.Patterns) + (group * Samples) + sample] =
                ((bits.W0 >> sample) & 1) | (((bits.W1 >> sample) & 1) << 1) | (((bits.W2 >> sample) & 1) << 2) | (((bits.W3 >> sample) & 1) << 3);
        }
    }

    /// <summary>Numerators and denominators of the window's samples; four columns and a sample per thread.</summary>
    public static void Add(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        var patterns = scratch.Floats.Cast<int>();
        int sample = run.Thread.Index & (Samples - 1);
        int step = shape.ColumnQuads * Patterns;
        for (int column = run.Thread.Index / Samples; column < shape.ColumnQuads; column += run.Thread.Count / Samples)
        {
            var sums = scratch.Quads[shape.Terms + (run.Shape.Inputs * shape.ColumnQuads) + column];
            int pattern = (4 * shape.Patterns) + sample;
            int table = shape.TermTables + (column * Patterns);
            if ((shape.Groups & 1) != 0)
            {
                sums = QuadArithmetic.Add(sums, scratch.Quads[table + patterns[pattern]]);
                pattern += Samples;
                table += step;
            }

            for (int left = shape.Groups >> 1; left > 0; left--)
            {
                var two = patterns.SubView(pattern);
                sums = QuadArithmetic.Add(sums, scratch.Quads[table + two[0]]);
                table += step;
                sums = QuadArithmetic.Add(sums, scratch.Quads[table + two[Samples]]);
                table += step;
                pattern += 2 * Samples;
            }

            var target = scratch.Floats.SubView((4 * shape.Sums) + (4 * column * Samples) + sample);
            target[0] = sums.X;
            target[Samples] = sums.Y;
            target[2 * Samples] = sums.Z;
            target[3 * Samples] = sums.W;
        }
    }

    /// <summary>
    /// For each quad of samples and every pattern, the sum of −∂ℓ/∂ of the numerators or denominators
    /// over the samples whose bits are set; a quad and four columns per thread.
    /// </summary>
    public static void FillGradientTables(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int quad = run.Thread.Index & (SampleQuads - 1);
        for (int column = run.Thread.Index / SampleQuads; column < shape.ColumnQuads; column += run.Thread.Count / SampleQuads)
        {
            var descents = QuadTile.Load(scratch.Quads.SubView(shape.Sums + (4 * column * SampleQuads) + quad), 0, SampleQuads);
            FillTable(
                scratch.Quads,
                shape.GradientTables + (((quad * shape.ColumnQuads) + column) * Patterns),
                default,
                QuadTile.Transposed(descents));
        }
    }

    /// <summary>
    /// Adds −∂ℓ/∂term to the sums, or starts them; the two tokens of an input, or the class token, and four columns per thread. Samples that do not
    /// exist add +0, which changes no sum: none is ever −0.
    /// </summary>
    public static void AddGradients(GeneralSlot run, AttentionScratch scratch, bool start)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int width = shape.ColumnQuads;
        int step = width * Patterns;
        for (int column = run.Thread.Index / Samples; column < width; column += run.Thread.Count / Samples)
        {
            for (int input = run.Thread.Index & (Samples - 1); input <= n; input += Samples)
            {
                // Every sample has the class token, as if it were an input that is always +1.
                bool isInput = input < n;
                int bits = isInput ? (int)run.Scratch.Window[input] : 0;
                int place = shape.TermGradients + (input * width) + column;
                int other = isInput ? place + shape.MinusQuads : place;
                var positive = default(FloatQuad);
                var negative = default(FloatQuad);
                if (!start)
                {
                    positive = scratch.Quads[place];
                    negative = scratch.Quads[other];
                }

                int table = shape.GradientTables + (column * Patterns);
                int end = table + (SampleQuads * step);
                while (table < end)
                {
                    int set = bits & (Patterns - 1);
                    negative = QuadArithmetic.Add(negative, scratch.Quads[table + set]);
                    positive = QuadArithmetic.Add(positive, scratch.Quads[table + (set ^ (Patterns - 1))]);
                    table += step;
                    set = (bits >> 4) & (Patterns - 1);
                    negative = QuadArithmetic.Add(negative, scratch.Quads[table + set]);
                    positive = QuadArithmetic.Add(positive, scratch.Quads[table + (set ^ (Patterns - 1))]);
                    table += step;
                    bits >>= 8;
                }

                scratch.Quads[other] = negative;
                scratch.Quads[place] = positive;
            }
        }
    }

    /// <summary>((a_0 + a_1) + a_2) + a_3 for each pattern, where a_m is row m of one tile if bit m is clear and of the other if it is set.</summary>
    private static void FillTable(ArrayView<FloatQuad> tables, int at, QuadTile clear, QuadTile set)
    {
        // Row p: the first two terms of pattern p.
        var twos = new QuadTile
        {
            Row0 = QuadArithmetic.Add(clear.Row0, clear.Row1),
            Row1 = QuadArithmetic.Add(set.Row0, clear.Row1),
            Row2 = QuadArithmetic.Add(clear.Row0, set.Row1),
            Row3 = QuadArithmetic.Add(set.Row0, set.Row1),
        };
        var low = QuadTile.AddToRows(twos, clear.Row2);
        var high = QuadTile.AddToRows(twos, set.Row2);
        QuadTile.Store(tables, at, 1, QuadTile.AddToRows(low, clear.Row3));
        QuadTile.Store(tables, at + 4, 1, QuadTile.AddToRows(high, clear.Row3));
        QuadTile.Store(tables, at + 8, 1, QuadTile.AddToRows(low, set.Row3));
        QuadTile.Store(tables, at + 12, 1, QuadTile.AddToRows(high, set.Row3));
    }
}
