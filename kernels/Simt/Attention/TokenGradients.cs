namespace ParityGpu.Kernels.Simt;

/// <summary>From the gradients of a transformer's terms to those of its parameters, once a step (NUMERICS.md, transformer).</summary>
internal static class TokenGradients
{
    /// <summary>Number of stages; all threads finish one before any thread begins the next.</summary>
    public const int Stages = 6;

    private const int HeadLanes = TokenTerms.HeadLanes;

    /// <summary>One stage from the gradients of terms to those of parameters.</summary>
    public static void Finish(GeneralSlot run, AttentionScratch scratch, int stage)
    {
        if (stage == 0)
        {
            GatherValues(run, scratch);
            GatherSignValues(run, scratch);
            GatherScores(run, scratch);
        }
        else if (stage == 1)
        {
            SumScores(run, scratch);
            FillValueGradients(run, scratch);
        }
        else if (stage == 2)
        {
            FillProbeGradients(run, scratch);
        }
        else if (stage == 3)
        {
            FillKeyGradients(run, scratch);
            FillQueryDescents(run, scratch);
        }
        else if (stage == 4)
        {
            FillQueryGradients(run, scratch);
            FillRowGradients(run, scratch);
        }
        else
        {
            AddQueryToClassToken(run, scratch);
        }
    }

    /// <summary>d V_j of positions and of the class token; a row and four entries per thread.</summary>
    private static void GatherValues(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int lanes = 1 << shape.EntryShift;
        int firstRow = run.Thread.Index >> shape.EntryShift;
        int rowStep = run.Thread.Count >> shape.EntryShift;
        int step = rowStep * shape.ColumnQuads;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.EntryQuads; quad += lanes)
        {
            int terms = firstRow * shape.ColumnQuads;
            var heads = Denominators(run, shape, terms, quad);
            for (int row = firstRow; row <= n; row += rowStep)
            {
                int gradients = shape.TermGradients + terms + quad;
                var sums = AddDescent(scratch, heads, gradients, default);
                if (row < n)
                    sums = AddDescent(scratch, QuadHeads.Moved(heads, 4 * shape.MinusQuads), gradients + shape.MinusQuads, sums);

                StoreValueGradients(scratch, shape, row < n ? row : n + 2, quad, sums);
                terms += step;
                heads = QuadHeads.Moved(heads, 4 * step);
            }
        }
    }

    /// <summary>d V_j of the two signs; a sign and four entries per thread.</summary>
    private static void GatherSignValues(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        for (int index = run.Thread.Index; index < 2 * shape.EntryQuads; index += run.Thread.Count)
        {
            bool isMinus = index >= shape.EntryQuads;
            int quad = isMinus ? index - shape.EntryQuads : index;
            int terms = isMinus ? shape.MinusQuads : 0;
            var heads = Denominators(run, shape, terms, quad);
            int gradients = shape.TermGradients + terms + quad;
            int end = gradients + (n * shape.ColumnQuads);
            var sums = default(FloatQuad);
            while (gradients < end)
            {
                sums = AddDescent(scratch, heads, gradients, sums);
                gradients += shape.ColumnQuads;
                heads = QuadHeads.Moved(heads, 4 * shape.ColumnQuads);
            }

            StoreValueGradients(scratch, shape, isMinus ? n + 1 : n, quad, sums);
        }
    }

    /// <summary>Where the denominators' terms of a quad of entries lie, of the token whose terms are <paramref name="terms"/> quads after the first.</summary>
    private static QuadHeads Denominators(GeneralSlot run, AttentionShape shape, int terms, int quad) =>
        QuadHeads.Of(4 * (shape.Terms + terms + shape.EntryQuads), 4 * quad, run.Shape.HeadSize, run.Shape.Heads);

    /// <summary>S ← fma(p_h(t), gradient of the term of N_j, S) for four entries.</summary>
    private static FloatQuad AddDescent(AttentionScratch scratch, QuadHeads heads, int gradients, FloatQuad sums) =>
        QuadArithmetic.Fma(QuadHeads.Load(scratch.Floats, heads), scratch.Quads[gradients], sums);

    private static void StoreValueGradients(AttentionScratch scratch, AttentionShape shape, int row, int quad, FloatQuad sums)
    {
        var existing = Quad.Before(sums, shape.Entries - (4 * quad));
        scratch.Quads[shape.RowValueGradients + (row * shape.EntryQuads) + quad] = existing;
        int rows = 4 * shape.RowQuads;
        int at = (4 * shape.ValueRowGradients) + (4 * quad * rows) + row;
        scratch.Floats[at] = existing.X;
        scratch.Floats[at + rows] = existing.Y;
        scratch.Floats[at + (2 * rows)] = existing.Z;
        scratch.Floats[at + (3 * rows)] = existing.W;
    }

    /// <summary>d s of tokens in place of the gradients of the denominators' terms; a head and the tokens of a row per thread.</summary>
    private static void GatherScores(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int width = shape.EntryQuads;
        int headSize = run.Shape.HeadSize;
        for (int head = run.Thread.Index & (HeadLanes - 1); head < run.Shape.Heads; head += HeadLanes)
        {
            int entry = head * headSize;
            int whole = head * shape.QuadsPerHead;
            int wholeEnd = whole + shape.QuadsPerHead;
            for (int row = run.Thread.Index / HeadLanes; row <= n; row += run.Thread.Count / HeadLanes)
            {
                bool isInput = row < n;
                int other = isInput ? shape.MinusQuads : 0;
                int own = shape.RowValues + ((isInput ? row : n + 2) * width);
                int signs = shape.RowValues + (n * width);
                int gradients = shape.TermGradients + (row * shape.ColumnQuads);
                int place = (4 * (gradients + width)) + head;
                float first = scratch.Floats[place];
                float second = scratch.Floats[place + (4 * other)];
                for (int quad = whole; quad < wholeEnd; quad++)
                {
                    var value = scratch.Quads[own + quad];
                    var plus = QuadArithmetic.Add(value, scratch.Quads[signs + quad]);
                    first = Quad.AddInner(first, scratch.Quads[gradients + quad], Quad.Select(isInput, plus, value));
                    second = Quad.AddInner(
                        second, scratch.Quads[gradients + other + quad], QuadArithmetic.Add(value, scratch.Quads[signs + width + quad]));
                }

                for (int j = entry + (4 * shape.QuadsPerHead); j < entry + headSize; j++)
                {
                    float value = scratch.Floats[(4 * own) + j];
                    float plus = value + scratch.Floats[(4 * signs) + j];
                    float minus = value + scratch.Floats[(4 * (signs + width)) + j];
                    first = ExactMath.Fma(scratch.Floats[(4 * gradients) + j], isInput ? plus : value, first);
                    second = ExactMath.Fma(scratch.Floats[(4 * (gradients + other)) + j], minus, second);
                }

                if (isInput)
                    scratch.Floats[place + (4 * other)] = second;

                scratch.Floats[place] = first;
            }
        }
    }

    /// <summary>d S_h of rows; a row and a head per thread.</summary>
    private static void SumScores(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int n = run.Shape.Inputs;
        int step = 4 * shape.ColumnQuads;
        int minus = 4 * shape.MinusQuads;
        for (int head = run.Thread.Index & (HeadLanes - 1); head < run.Shape.Heads; head += HeadLanes)
        {
            int terms = (4 * (shape.Terms + shape.EntryQuads)) + head;
            int gradients = (4 * (shape.TermGradients + shape.EntryQuads)) + head;
            int target = (4 * shape.RowScoreGradients) + head;

            // In reverse thread order, so that the long sums of the two signs run beside the short ones of positions.
            for (int row = (run.Thread.Count - 1 - run.Thread.Index) / HeadLanes; row <= n + 2; row += run.Thread.Count / HeadLanes)
            {
                bool isPosition = row < n;
                bool isClass = row == n + 2;
                int first = isPosition ? row * step : isClass ? n * step : (row - n) * minus;
                int stride = isPosition ? minus : step;
                int term = terms + first;
                int gradient = gradients + first;
                float sum = 0f;
                for (int left = isPosition ? 2 : isClass ? 1 : n; left > 0; left--)
                {
                    sum = ExactMath.Fma(scratch.Floats[term], scratch.Floats[gradient], sum);
                    term += stride;
                    gradient += stride;
                }

                scratch.Floats[target + (row * 4 * shape.HeadQuads)] = sum;
            }
        }
    }

    /// <summary>Gradient of Wv; four dimensions and four entries per thread.</summary>
    private static void FillValueGradients(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int lanes = 1 << shape.EntryShift;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.EntryQuads; quad += lanes)
        {
            int place = shape.Value + ((quad / Canon.LaneQuads) * shape.Values.BlockQuads) + (quad & (Canon.LaneQuads - 1));
            for (int input = run.Thread.Index >> shape.EntryShift; input < shape.Values.InputQuads; input += run.Thread.Count >> shape.EntryShift)
            {
                var sums = QuadTile.AddOuters(
                    default,
                    scratch.Parameters,
                    shape.Embeddings + input,
                    shape.EmbeddingQuads,
                    scratch.Quads,
                    shape.RowValueGradients + quad,
                    shape.EntryQuads,
                    shape.Rows);
                QuadTile.StoreBefore(
                    scratch.Gradients,
                    place + (4 * input * Canon.LaneQuads),
                    Canon.LaneQuads,
                    sums,
                    run.Shape.Embedding - (4 * input));
            }
        }
    }

    /// <summary>d κ_he; a head and four dimensions per thread, padding included.</summary>
    private static void FillProbeGradients(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        int lanes = 1 << shape.EmbeddingShift;
        for (int quad = run.Thread.Index & (lanes - 1); quad < width; quad += lanes)
        {
            for (int head = run.Thread.Index >> shape.EmbeddingShift; head < run.Shape.Heads; head += run.Thread.Count >> shape.EmbeddingShift)
            {
                var sums = default(FloatQuad);
                int row = shape.Embeddings + quad;
                int end = row + (shape.Rows * width);
                int score = (4 * shape.RowScoreGradients) + head;
                for (; row < end; row += width, score += 4 * shape.HeadQuads)
                    sums = Quad.Fma(scratch.Floats[score], scratch.Parameters[row], sums);

                scratch.Quads[shape.ProbeGradients + (head * width) + quad] = sums;
            }
        }
    }

    /// <summary>Gradient of Wk; an entry and four dimensions per thread, padding included.</summary>
    private static void FillKeyGradients(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        int headSize = run.Shape.HeadSize;
        int lanes = 1 << shape.EmbeddingShift;
        for (int j = run.Thread.Index >> shape.EmbeddingShift; j < shape.Entries; j += run.Thread.Count >> shape.EmbeddingShift)
        {
            float query = scratch.Floats[(4 * shape.ClassQuery) + j];
            int probe = shape.ProbeGradients + ((j / headSize) * width);
            for (int quad = run.Thread.Index & (lanes - 1); quad < width; quad += lanes)
                scratch.Gradients[shape.Key + (j * width) + quad] = Quad.Multiply(query, scratch.Quads[probe + quad]);
        }
    }

    /// <summary>d q_j; an entry per thread, padding +0.</summary>
    private static void FillQueryDescents(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        for (int j = run.Thread.Index; j < 4 * shape.EntryQuads; j += run.Thread.Count)
        {
            int existing = Math.Min(j, shape.Entries - 1);
            float descent = run.Settings.ScoreScale * DenseLayer.Dot(
                scratch.Parameters,
                shape.Key + (existing * width),
                scratch.Quads,
                shape.ProbeGradients + ((existing / run.Shape.HeadSize) * width),
                Canon.LaneQuads,
                width / Canon.LaneQuads);
            scratch.Floats[(4 * shape.ClassQueryGradient) + j] = j < shape.Entries ? descent : 0f;
        }
    }

    /// <summary>Gradient of Wq; four dimensions and four entries per thread.</summary>
    private static void FillQueryGradients(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int lanes = 1 << shape.EntryShift;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.EntryQuads; quad += lanes)
        {
            int place = shape.Query + ((quad / Canon.LaneQuads) * shape.Values.BlockQuads) + (quad & (Canon.LaneQuads - 1));
            var descents = scratch.Quads[shape.ClassQueryGradient + quad];
            for (int input = run.Thread.Index >> shape.EntryShift; input < shape.Values.InputQuads; input += run.Thread.Count >> shape.EntryShift)
            {
                QuadTile.StoreBefore(
                    scratch.Gradients,
                    place + (4 * input * Canon.LaneQuads),
                    Canon.LaneQuads,
                    QuadTile.AddOuter(default, scratch.Parameters[shape.Projection.Bias + input], descents),
                    run.Shape.Embedding - (4 * input));
            }
        }
    }

    /// <summary>
    /// Gradients of all rows, without the part that reaches the class token through its query; four rows and four dimensions per thread.
    /// </summary>
    private static void FillRowGradients(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int width = shape.EmbeddingQuads;
        int classRow = run.Shape.Inputs + 2;
        int lanes = 1 << shape.EmbeddingShift;
        for (int quad = run.Thread.Index & (lanes - 1); quad < shape.Values.InputQuads; quad += lanes)
        {
            for (int rows = run.Thread.Index >> shape.EmbeddingShift; rows < shape.RowQuads; rows += run.Thread.Count >> shape.EmbeddingShift)
            {
                var sums = QuadTile.Transposed(TreeSums.Of(
                    scratch.Quads,
                    shape.ValueCopy + quad,
                    shape.Values.PaddedInputQuads,
                    scratch.Quads,
                    shape.ValueRowGradients + rows,
                    shape.RowQuads,
                    shape.Values.Blocks));
                int scores = (4 * shape.RowScoreGradients) + (16 * rows * shape.HeadQuads);
                int end = scores + run.Shape.Heads;
                int step = 4 * shape.HeadQuads;
                for (int probe = shape.Probes + quad; scores < end; scores++, probe += width)
                {
                    var column = new FloatQuad
                    {
                        X = scratch.Floats[scores],
                        Y = scratch.Floats[scores + step],
                        Z = scratch.Floats[scores + (2 * step)],
                        W = scratch.Floats[scores + (3 * step)],
                    };
                    sums = QuadTile.AddOuter(sums, column, scratch.Quads[probe]);
                }

                sums = QuadTile.ColumnsBefore(sums, run.Shape.Embedding - (4 * quad));

                // The class token already has the gradient through the residual.
                int place = shape.Embeddings + (4 * rows * width) + quad;
                int last = classRow - (4 * rows);
                if (last > 0)
                    QuadTile.StoreBefore(scratch.Gradients, place, width, sums, last);

                if (last < 4)
                {
                    int token = place + (last * width);
                    scratch.Gradients[token] = QuadArithmetic.Add(
                        scratch.Gradients[token], last == 0 ? sums.Row0 : last == 1 ? sums.Row1 : last == 2 ? sums.Row2 : sums.Row3);
                }
            }
        }
    }

    /// <summary>The class token's gradient by way of its query; a dimension per thread.</summary>
    private static void AddQueryToClassToken(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        var gradients = scratch.Gradients.Cast<float>();
        for (int i = run.Thread.Index; i < run.Shape.Embedding; i += run.Thread.Count)
        {
            gradients[(4 * shape.Projection.Bias) + i] += DenseLayer.Dot(
                scratch.Quads,
                shape.ClassQueryGradient,
                scratch.Parameters,
                shape.Query + (i * Canon.LaneQuads),
                shape.Values.BlockQuads,
                shape.Values.Blocks);
        }
    }
}
