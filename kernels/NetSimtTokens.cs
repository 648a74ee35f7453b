using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>What a transformer computes once a step for its 2n + 1 tokens: the terms that samples add up (NUMERICS.md, transformer).</summary>
internal static class NetSimtTokens
{
    /// <summary>Stages, from 0, that all threads end before any begins the next.</summary>
    public const int Stages = 6;

    /// <summary>One stage from the parameters to the terms.</summary>
    public static void Prepare(NetSimtRun run, AttentionScratch scratch, int stage)
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
        token == shape.Inputs ? TransformerLayout.ClassRow(shape) : token < shape.Inputs ? token : token - shape.Inputs - 1;

    /// <summary>Row of a token's sign; of the class token, some row.</summary>
    public static int SignRow(LaunchShape shape, int token) =>
        TransformerLayout.TokenRow(shape) + (token > shape.Inputs ? 1 : 0);

    /// <summary>q_j = (Σ_e C_e·Wq_je)·s; an entry a thread.</summary>
    private static void FillQuery(NetSimtRun run, AttentionScratch scratch)
    {
        var weights = run.Floats.SubView(TransformerLayout.Query(run.Shape));
        var token = run.Embedding(TransformerLayout.ClassRow(run.Shape));
        for (int j = run.Thread.Index; j < TransformerLayout.Entries(run.Shape); j += run.Thread.Count)
        {
            float sum = 0f;
            long at = TransformerLayout.Index(run.Shape.Embedding, j, 0);
            for (int i = 0; i < run.Shape.Embedding; i++, at += MlpLayout.Lanes)
                sum = Canon.Fma(token[i], weights[at], sum);

            scratch.Query[j] = sum * run.Settings.ScoreScale;
        }
    }

    /// <summary>V_j of every row of the embeddings; an entry and four rows a thread.</summary>
    private static void FillValues(NetSimtRun run, AttentionScratch scratch)
    {
        int entries = TransformerLayout.Entries(run.Shape);
        int padded = TransformerLayout.PaddedEntries(run.Shape);
        int rows = TransformerLayout.Rows(run.Shape);
        var weights = run.Floats.SubView(TransformerLayout.Value(run.Shape));
        for (int index = run.Thread.Index; index < MlpLayout.Groups(rows) * padded; index += run.Thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            int row = group * MlpLayout.Group;

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
            long at = TransformerLayout.Index(run.Shape.Embedding, j, 0);
            for (int i = 0; i < inputs; i++, at += MlpLayout.Lanes)
            {
                float w = weights[at];
                y0 = Canon.Fma(x0[i], w, y0);
                y1 = Canon.Fma(x1[i], w, y1);
                y2 = Canon.Fma(x2[i], w, y2);
                y3 = Canon.Fma(x3[i], w, y3);
            }

            scratch.RowValues[((long)row * padded) + j] = y0;
            scratch.RowValues[(row1 * padded) + j] = y1;
            scratch.RowValues[(row2 * padded) + j] = y2;
            scratch.RowValues[(row3 * padded) + j] = y3;
        }
    }

    /// <summary>κ_he; a head and a dimension a thread, padding included.</summary>
    private static void FillProbes(NetSimtRun run, AttentionScratch scratch)
    {
        int padded = TransformerLayout.PaddedEmbedding(run.Shape);
        int headSize = run.Shape.HeadSize;
        var keys = run.Floats.SubView(TransformerLayout.Key(run.Shape));
        for (int index = run.Thread.Index; index < run.Shape.Heads * padded; index += run.Thread.Count)
        {
            int head = index / padded;
            int i = index - (head * padded);
            float sum = 0f;
            for (int j = head * headSize; j < (head + 1) * headSize; j++)
                sum = Canon.Fma(scratch.Query[j], keys[((long)j * padded) + i], sum);

            scratch.Probes[index] = sum;
        }
    }

    /// <summary>S_h of every row of the embeddings; a row and a head a thread.</summary>
    private static void FillScores(NetSimtRun run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int padded = TransformerLayout.PaddedHeads(run.Shape);
        int stride = TransformerLayout.PaddedEmbedding(run.Shape);
        for (int index = run.Thread.Index; index < TransformerLayout.Rows(run.Shape) * heads; index += run.Thread.Count)
        {
            int row = index / heads;
            int head = index - (row * heads);
            scratch.RowScores[((long)row * padded) + head] = NetSimtDense.Dot(
                scratch.Probes.SubView((long)head * stride), MlpLayout.Lanes, run.Embedding(row), MlpLayout.Lanes, stride / MlpLayout.Lanes);
        }
    }

    /// <summary>M_h; a head a thread.</summary>
    private static void FindLargest(NetSimtRun run, AttentionScratch scratch)
    {
        int padded = TransformerLayout.PaddedHeads(run.Shape);
        long signs = (long)TransformerLayout.TokenRow(run.Shape) * padded;
        for (int head = run.Thread.Index; head < run.Shape.Heads; head += run.Thread.Count)
        {
            float plus = scratch.RowScores[signs + head];
            float minus = scratch.RowScores[signs + padded + head];
            float largest = scratch.RowScores[signs + (2 * padded) + head];
            for (int i = 0; i < run.Shape.Inputs; i++)
            {
                float score = scratch.RowScores[((long)i * padded) + head];
                largest = NetSimtMeasure.Larger(score + plus, largest);
                largest = NetSimtMeasure.Larger(score + minus, largest);
            }

            scratch.Largest[head] = largest;
        }
    }

    /// <summary>p_h(t), the terms of the denominators; a token and a head a thread.</summary>
    private static void FillExponentials(NetSimtRun run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int padded = TransformerLayout.PaddedHeads(run.Shape);
        int entries = TransformerLayout.PaddedEntries(run.Shape);
        int columns = TransformerLayout.SumColumns(run.Shape);
        int items = (int)TransformerLayout.Tokens(run.Shape) * heads;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int token = index / heads;
            int head = index - (token * heads);
            float own = scratch.RowScores[((long)Row(run.Shape, token) * padded) + head];
            float both = own + scratch.RowScores[((long)SignRow(run.Shape, token) * padded) + head];
            float score = token == run.Shape.Inputs ? own : both;
            scratch.Terms[((long)token * columns) + entries + head] =
                Elementary<float, DeviceReals>.Exp(score - scratch.Largest[head]);
        }
    }

    /// <summary>The terms of the numerators; a token and an entry a thread.</summary>
    private static void FillNumerators(NetSimtRun run, AttentionScratch scratch)
    {
        int entries = TransformerLayout.Entries(run.Shape);
        int padded = TransformerLayout.PaddedEntries(run.Shape);
        int columns = TransformerLayout.SumColumns(run.Shape);
        int items = (int)TransformerLayout.Tokens(run.Shape) * entries;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int token = index / entries;
            int j = index - (token * entries);
            long terms = (long)token * columns;
            float exponential = scratch.Terms[terms + padded + (j / run.Shape.HeadSize)];
            scratch.Terms[terms + j] = Canon.Fma(exponential, Value(run.Shape, scratch, token, j), 0f);
        }
    }

    /// <summary>V_j of a token.</summary>
    public static float Value(LaunchShape shape, AttentionScratch scratch, int token, int j)
    {
        int padded = TransformerLayout.PaddedEntries(shape);
        float own = scratch.RowValues[((long)Row(shape, token) * padded) + j];
        float both = own + scratch.RowValues[((long)SignRow(shape, token) * padded) + j];
        return token == shape.Inputs ? own : both;
    }
}
