namespace ParityGpu.Kernels.Simt;

/// <summary>What a transformer computes once per step for its 2n + 1 tokens: the terms that samples add up (NUMERICS.md, transformer).</summary>
internal static class TokenTerms
{
    /// <summary>Number of stages; all threads finish one before any thread begins the next.</summary>
    public const int Stages = 7;

    /// <summary>Heads handled by neighbouring threads where each thread has one head.</summary>
    public const int HeadLanes = 4;

    /// <summary>One stage from the parameters to the terms.</summary>
    public static void Prepare(GeneralSlot run, AttentionScratch scratch, int stage)
    {
        var shape = run.Shape.Attention;
        if (stage == 0)
        {
            FillQuery(run, scratch);
            FillValues(run, scratch);
            DenseLayer.Transpose(run.Thread, shape.Projection, scratch.Parameters, scratch.Quads, shape.ProjectionCopy);
            DenseLayer.Transpose(run.Thread, shape.Readout, scratch.Parameters, scratch.Quads, shape.ReadoutCopy);
            DenseLayer.Transpose(run.Thread, shape.Values, scratch.Parameters, scratch.Quads, shape.ValueCopy);
        }
        else if (stage == 1)
        {
            FillProbes(run, scratch);
        }
        else if (stage == 2)
        {
            FillScores(run, scratch);
        }
        else if (stage == 3)
        {
            FindLargest(run, scratch);
        }
        else if (stage == 4)
        {
            FillExponentials(run, scratch);
        }
        else if (stage == 5)
        {
            FillNumerators(run, scratch);
        }
        else
        {
            TokenSums.FillTermTables(run, scratch);
        }
    }

    /// <summary>q_j = (Σ_e C_e·Wq_je)·s; an entry per thread.</summary>
    private static void FillQuery(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int embedding = run.Shape.Embedding;
        for (int j = run.Thread.Index; j < shape.Entries; j += run.Thread.Count)
        {
            float sum = 0f;
            int token = shape.Projection.Bias * 4;
            int end = token + embedding;
            int at = (shape.Query * 4) + ((j / Canon.Lanes) * Canon.Lanes * embedding) + (j & (Canon.Lanes - 1));
            for (; token < end; token++, at += Canon.Lanes)
                sum = ExactMath.Fma(scratch.ParameterFloats[token], scratch.ParameterFloats[at], sum);

            scratch.Floats[(shape.ClassQuery * 4) + j] = sum * run.Settings.ScoreScale;
        }
    }

    /// <summary>V_j of every row of the embeddings; four entries and four rows per thread.</summary>
    private static void FillValues(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        int lanes = 1 << shape.EntryShift;
        int whole = run.Shape.Embedding / 4;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.EntryQuads; quad += lanes)
        {
            int block = quad / Canon.LaneQuads;
            int place = shape.Value + (block * shape.Values.BlockQuads) + (quad & (Canon.LaneQuads - 1));
            for (int rows = run.Thread.Index >> shape.EntryShift; rows < shape.RowQuads; rows += run.Thread.Count >> shape.EntryShift)
            {
                // Beyond the last row there are other parameters; the values computed from them are never read.
                int x = shape.Embeddings + (4 * rows * width);
                int end = x + whole;
                int w = place;
                var sums = default(QuadTile);
                for (; x < end; x++, w += 4 * Canon.LaneQuads)
                {
                    var columns = QuadTile.Transposed(QuadTile.Load(scratch.Parameters, x, width));
                    var weights = QuadTile.Load(scratch.Parameters.SubView(w), 0, Canon.LaneQuads);
                    sums = QuadTile.AddOuter(sums, columns.Row0, weights.Row0);
                    sums = QuadTile.AddOuter(sums, columns.Row1, weights.Row1);
                    sums = QuadTile.AddOuter(sums, columns.Row2, weights.Row2);
                    sums = QuadTile.AddOuter(sums, columns.Row3, weights.Row3);
                }

                int last = (4 * x) + run.Shape.Embedding - (4 * whole);
                for (int i = 4 * x; i < last; i++, w += Canon.LaneQuads)
                {
                    var column = new FloatQuad
                    {
                        X = scratch.ParameterFloats[i],
                        Y = scratch.ParameterFloats[i + (4 * width)],
                        Z = scratch.ParameterFloats[i + (8 * width)],
                        W = scratch.ParameterFloats[i + (12 * width)],
                    };
                    sums = QuadTile.AddOuter(sums, column, scratch.Parameters[w]);
                }

                QuadTile.Store(scratch.Quads, shape.RowValues + (4 * rows * shape.EntryQuads) + quad, shape.EntryQuads, sums);
            }
        }
    }

    /// <summary>κ_he; a head and four dimensions per thread, padding included.</summary>
    private static void FillProbes(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int headSize = run.Shape.HeadSize;
        int lanes = 1 << shape.EmbeddingShift;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.EmbeddingQuads; quad += lanes)
        {
            for (int head = run.Thread.Index >> shape.EmbeddingShift; head < run.Shape.Heads; head += run.Thread.Count >> shape.EmbeddingShift)
            {
                var sums = default(FloatQuad);
                int query = (shape.ClassQuery * 4) + (head * headSize);
                int end = query + headSize;
                int key = shape.Key + (head * headSize * shape.EmbeddingQuads) + quad;
                for (; query < end; query++, key += shape.EmbeddingQuads)
                    sums = Quad.Fma(scratch.Floats[query], scratch.Parameters[key], sums);

                scratch.Quads[shape.Probes + (head * shape.EmbeddingQuads) + quad] = sums;
            }
        }
    }

    /// <summary>S_h of every row of the embeddings; a row and a head per thread.</summary>
    private static void FillScores(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        for (int head = run.Thread.Index & (HeadLanes - 1); head < run.Shape.Heads; head += HeadLanes)
        {
            for (int row = run.Thread.Index / HeadLanes; row < shape.Rows; row += run.Thread.Count / HeadLanes)
            {
                scratch.Floats[(4 * (shape.RowScores + (row * shape.HeadQuads))) + head] = DenseLayer.Dot(
                    scratch.Quads,
                    shape.Probes + (head * width),
                    scratch.Parameters,
                    shape.Embeddings + (row * width),
                    Canon.LaneQuads,
                    width / Canon.LaneQuads);
            }
        }
    }

    /// <summary>M_h; a head per thread.</summary>
    private static void FindLargest(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int step = 4 * shape.HeadQuads;
        for (int head = run.Thread.Index; head < run.Shape.Heads; head += run.Thread.Count)
        {
            int at = (4 * shape.RowScores) + head;
            int end = at + (n * step);
            float plus = scratch.Floats[end];
            float minus = scratch.Floats[end + step];
            float largest = scratch.Floats[end + (2 * step)];
            int last = end - step;
            while (at < end)
            {
                // Beyond the last row, the last one is read again.
                float score0 = scratch.Floats[at];
                float score1 = scratch.Floats[Math.Min(at + step, last)];
                float score2 = scratch.Floats[Math.Min(at + (2 * step), last)];
                float score3 = scratch.Floats[Math.Min(at + (3 * step), last)];
                largest = Largest(score0 + plus, score0 + minus, largest);
                largest = Largest(score1 + plus, score1 + minus, largest);
                largest = Largest(score2 + plus, score2 + minus, largest);
                largest = Largest(score3 + plus, score3 + minus, largest);
                at += 4 * step;
            }

            scratch.Floats[(4 * shape.Largest) + head] = largest;
        }
    }

    private static float Largest(float a, float b, float largest) => Measurement.Larger(b, Measurement.Larger(a, largest));

    /// <summary>p_h(t), the terms of the denominators; a head and the two tokens of an input, or the class token, per thread.</summary>
    private static void FillExponentials(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int step = 4 * shape.HeadQuads;
        for (int head = run.Thread.Index & (HeadLanes - 1); head < run.Shape.Heads; head += HeadLanes)
        {
            int scores = (4 * shape.RowScores) + head;
            float largest = scratch.Floats[(4 * shape.Largest) + head];
            float plus = scratch.Floats[scores + (n * step)];
            float minus = scratch.Floats[scores + ((n + 1) * step)];
            for (int row = run.Thread.Index / HeadLanes; row <= n; row += run.Thread.Count / HeadLanes)
            {
                bool isInput = row < n;
                float own = scratch.Floats[scores + ((isInput ? row : n + 2) * step)];
                float first = own + plus;
                int place = (4 * (shape.Terms + (row * shape.ColumnQuads) + shape.EntryQuads)) + head;
                scratch.Floats[place] = Elementary<float, DeviceArithmetic>.Exp((isInput ? first : own) - largest);
                if (isInput)
                {
                    scratch.Floats[place + (4 * shape.MinusQuads)] =
                        Elementary<float, DeviceArithmetic>.Exp((own + minus) - largest);
                }
            }
        }
    }

    /// <summary>The terms of the numerators; four entries and the two tokens of an input, or the class token, per thread.</summary>
    private static void FillNumerators(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int width = shape.EntryQuads;
        int lanes = 1 << shape.EntryShift;
        int firstRow = run.Thread.Index >> shape.EntryShift;
        int rowStep = run.Thread.Count >> shape.EntryShift;
        int step = rowStep * shape.ColumnQuads;
        for (int quad = run.Thread.Index & (lanes - 1); quad < width; quad += lanes)
        {
            int terms = shape.Terms + (firstRow * shape.ColumnQuads);
            var heads = QuadHeads.Of(4 * (terms + width), 4 * quad, run.Shape.HeadSize, run.Shape.Heads);
            int values = shape.RowValues + quad;
            var plus = scratch.Quads[values + (n * width)];
            var minus = scratch.Quads[values + ((n + 1) * width)];
            for (int row = firstRow; row <= n; row += rowStep)
            {
                bool isInput = row < n;
                var own = scratch.Quads[values + ((isInput ? row : n + 2) * width)];
                var value = isInput ? QuadArithmetic.Add(own, plus) : own;
                scratch.Quads[terms + quad] = QuadArithmetic.Fma(QuadHeads.Load(scratch.Floats, heads), value, default);
                if (isInput)
                {
                    scratch.Quads[terms + shape.MinusQuads + quad] = QuadArithmetic.Fma(
                        QuadHeads.Load(scratch.Floats, QuadHeads.Moved(heads, 4 * shape.MinusQuads)), QuadArithmetic.Add(own, minus), default);
                }

                terms += step;
                heads = QuadHeads.Moved(heads, 4 * step);
            }
        }
    }
}
