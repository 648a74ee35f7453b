namespace ParityGpu.Kernels.Simt;

/// <summary>What a transformer computes once a step for its 2n + 1 tokens: the terms that samples add up (NUMERICS.md, transformer).</summary>
internal static class TokenTerms
{
    /// <summary>Stages, from 0, that all threads end before any begins the next.</summary>
    public const int Stages = 6;

    /// <summary>One stage from the parameters to the terms.</summary>
    public static void Prepare(GeneralSlot run, AttentionScratch scratch, int stage)
    {
        if (stage == 0)
        {
            FillQuery(run, scratch);
            FillValues(run, scratch);
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
        else
        {
            FillNumerators(run, scratch);
        }
    }

    /// <summary>Row of a token's position, or the class token's row.</summary>
    public static int Row(LaunchShape shape, int token) =>
        token == shape.Inputs ? AttentionLayout.ClassRow(shape) : token < shape.Inputs ? token : token - shape.Inputs - 1;

    /// <summary>Row of a token's sign; of the class token, some row.</summary>
    public static int SignRow(LaunchShape shape, int token) =>
        AttentionLayout.TokenRow(shape) + (token > shape.Inputs ? 1 : 0);

    /// <summary>q_j = (Σ_e C_e·Wq_je)·s; an entry a thread.</summary>
    private static void FillQuery(GeneralSlot run, AttentionScratch scratch)
    {
        var weights = run.Floats.SubView(AttentionLayout.Query(run.Shape));
        var token = run.Embedding(AttentionLayout.ClassRow(run.Shape));
        for (int j = run.Thread.Index; j < AttentionLayout.Entries(run.Shape); j += run.Thread.Count)
        {
            float sum = 0f;
            long at = AttentionLayout.Index(run.Shape.Embedding, j, 0);
            for (int i = 0; i < run.Shape.Embedding; i++, at += Canon.Lanes)
                sum = ExactMath.Fma(token[i], weights[at], sum);

            scratch.Query[j] = sum * run.Settings.ScoreScale;
        }
    }

    /// <summary>V_j of every row of the embeddings; an entry and four rows a thread.</summary>
    private static void FillValues(GeneralSlot run, AttentionScratch scratch)
    {
        int entries = AttentionLayout.Entries(run.Shape);
        int padded = AttentionLayout.PaddedEntries(run.Shape);
        int rows = AttentionLayout.Rows(run.Shape);
        var weights = run.Floats.SubView(AttentionLayout.Value(run.Shape));
        for (int index = run.Thread.Index; index < Canon.Groups(rows) * padded; index += run.Thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            int row = group * Canon.Group;

            // Past the last row, it is computed again.
            long row1 = Math.Min(row + 1, rows - 1);
            long row2 = Math.Min(row + 2, rows - 1);
            long row3 = Math.Min(row + 3, rows - 1);
            var x0 = run.Embedding(row);
            var x1 = run.Embedding((int)row1);
            var x2 = run.Embedding((int)row2);
            var x3 = run.Embedding((int)row3);
            float y0 = 0f;
            float y1 = 0f;
            float y2 = 0f;
            float y3 = 0f;
            int inputs = j < entries ? run.Shape.Embedding : 0;
            long at = AttentionLayout.Index(run.Shape.Embedding, j, 0);
            for (int i = 0; i < inputs; i++, at += Canon.Lanes)
            {
                float w = weights[at];
                y0 = ExactMath.Fma(x0[i], w, y0);
                y1 = ExactMath.Fma(x1[i], w, y1);
                y2 = ExactMath.Fma(x2[i], w, y2);
                y3 = ExactMath.Fma(x3[i], w, y3);
            }

            scratch.RowValues[((long)row * padded) + j] = y0;
            scratch.RowValues[(row1 * padded) + j] = y1;
            scratch.RowValues[(row2 * padded) + j] = y2;
            scratch.RowValues[(row3 * padded) + j] = y3;
        }
    }

    /// <summary>κ_he; a head and a dimension a thread, padding included.</summary>
    private static void FillProbes(GeneralSlot run, AttentionScratch scratch)
    {
        int padded = AttentionLayout.PaddedEmbedding(run.Shape);
        int headSize = run.Shape.HeadSize;
        var keys = run.Floats.SubView(AttentionLayout.Key(run.Shape));
        for (int index = run.Thread.Index; index < run.Shape.Heads * padded; index += run.Thread.Count)
        {
            int head = index / padded;
            int i = index - (head * padded);
            float sum = 0f;
            for (int j = head * headSize; j < (head + 1) * headSize; j++)
                sum = ExactMath.Fma(scratch.Query[j], keys[((long)j * padded) + i], sum);

            scratch.Probes[index] = sum;
        }
    }

    /// <summary>S_h of every row of the embeddings; a row and a head a thread.</summary>
    private static void FillScores(GeneralSlot run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int padded = AttentionLayout.PaddedHeads(run.Shape);
        int stride = AttentionLayout.PaddedEmbedding(run.Shape);
        for (int index = run.Thread.Index; index < AttentionLayout.Rows(run.Shape) * heads; index += run.Thread.Count)
        {
            int row = index / heads;
            int head = index - (row * heads);
            scratch.RowScores[((long)row * padded) + head] = DenseLayer.Dot(
                scratch.Probes.SubView((long)head * stride), Canon.Lanes, run.Embedding(row), Canon.Lanes, stride / Canon.Lanes);
        }
    }

    /// <summary>M_h; a head a thread.</summary>
    private static void FindLargest(GeneralSlot run, AttentionScratch scratch)
    {
        int padded = AttentionLayout.PaddedHeads(run.Shape);
        long signs = (long)AttentionLayout.TokenRow(run.Shape) * padded;
        for (int head = run.Thread.Index; head < run.Shape.Heads; head += run.Thread.Count)
        {
            float plus = scratch.RowScores[signs + head];
            float minus = scratch.RowScores[signs + padded + head];
            float largest = scratch.RowScores[signs + (2 * padded) + head];
            for (int i = 0; i < run.Shape.Inputs; i++)
            {
                float score = scratch.RowScores[((long)i * padded) + head];
                largest = Measurement.Larger(score + plus, largest);
                largest = Measurement.Larger(score + minus, largest);
            }

            scratch.Largest[head] = largest;
        }
    }

    /// <summary>p_h(t), the terms of the denominators; a token and a head a thread.</summary>
    private static void FillExponentials(GeneralSlot run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int padded = AttentionLayout.PaddedHeads(run.Shape);
        int entries = AttentionLayout.PaddedEntries(run.Shape);
        int columns = AttentionLayout.SumColumns(run.Shape);
        int items = (int)AttentionLayout.Tokens(run.Shape) * heads;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int token = index / heads;
            int head = index - (token * heads);
            float own = scratch.RowScores[((long)Row(run.Shape, token) * padded) + head];
            float both = own + scratch.RowScores[((long)SignRow(run.Shape, token) * padded) + head];
            float score = token == run.Shape.Inputs ? own : both;
            scratch.Terms[((long)token * columns) + entries + head] =
                Elementary<float, DeviceArithmetic>.Exp(score - scratch.Largest[head]);
        }
    }

    /// <summary>The terms of the numerators; a token and an entry a thread.</summary>
    private static void FillNumerators(GeneralSlot run, AttentionScratch scratch)
    {
        int entries = AttentionLayout.Entries(run.Shape);
        int padded = AttentionLayout.PaddedEntries(run.Shape);
        int columns = AttentionLayout.SumColumns(run.Shape);
        int items = (int)AttentionLayout.Tokens(run.Shape) * entries;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int token = index / entries;
            int j = index - (token * entries);
            long terms = (long)token * columns;
            float exponential = scratch.Terms[terms + padded + (j / run.Shape.HeadSize)];
            scratch.Terms[terms + j] = ExactMath.Fma(exponential, Value(run.Shape, scratch, token, j), 0f);
        }
    }

    /// <summary>V_j of a token.</summary>
    public static float Value(LaunchShape shape, AttentionScratch scratch, int token, int j)
    {
        int padded = AttentionLayout.PaddedEntries(shape);
        float own = scratch.RowValues[((long)Row(shape, token) * padded) + j];
        float both = own + scratch.RowValues[((long)SignRow(shape, token) * padded) + j];
        return token == shape.Inputs ? own : both;
    }
}
