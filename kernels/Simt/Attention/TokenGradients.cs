namespace ParityGpu.Kernels.Simt;

/// <summary>From the gradients of a transformer's terms to those of its parameters, once a step (NUMERICS.md, transformer).</summary>
internal static class TokenGradients
{
    /// <summary>Stages, from 0, that all threads end before any begins the next.</summary>
    public const int Stages = 6;

    /// <summary>One stage from the gradients of terms to those of parameters.</summary>
    public static void Finish(GeneralSlot run, AttentionScratch scratch, int stage)
    {
        if (stage == 0)
        {
            GatherValues(run, scratch);
            GatherScores(run, scratch);
        }
        else if (stage == 1)
        {
            SumScores(run, scratch);
            FillValueGradients(run, scratch);
        }
        else if (stage == 2)
        {
            FillKeyGradients(run, scratch);
        }
        else if (stage == 3)
        {
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

    /// <summary>d V_j of rows; a row and an entry a thread.</summary>
    private static void GatherValues(GeneralSlot run, AttentionScratch scratch)
    {
        int entries = AttentionLayout.Entries(run.Shape);
        int padded = AttentionLayout.PaddedEntries(run.Shape);
        int headSize = run.Shape.HeadSize;
        for (int index = run.Thread.Index; index < AttentionLayout.Rows(run.Shape) * padded; index += run.Thread.Count)
        {
            int row = index / padded;
            int j = index - (row * padded);
            scratch.RowValueGradients[index] =
                j < entries ? SumOfTokens(run, scratch, row, j, padded + (j / headSize)) : 0f;
        }
    }

    /// <summary>d s of tokens in place of the gradients of the denominators' terms; a token and a head a thread.</summary>
    private static void GatherScores(GeneralSlot run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int headSize = run.Shape.HeadSize;
        int columns = AttentionLayout.SumColumns(run.Shape);
        int items = (int)AttentionLayout.Tokens(run.Shape) * heads;
        for (int index = run.Thread.Index; index < items; index += run.Thread.Count)
        {
            int token = index / heads;
            int head = index - (token * heads);
            long terms = (long)token * columns;
            long place = terms + AttentionLayout.PaddedEntries(run.Shape) + head;
            float descent = scratch.TermGradients[place];
            for (int j = head * headSize; j < (head + 1) * headSize; j++)
                descent = ExactMath.Fma(scratch.TermGradients[terms + j], TokenTerms.Value(run.Shape, scratch, token, j), descent);

            scratch.TermGradients[place] = descent;
        }
    }

    /// <summary>d S_h of rows; a row and a head a thread.</summary>
    private static void SumScores(GeneralSlot run, AttentionScratch scratch)
    {
        int heads = run.Shape.Heads;
        int entries = AttentionLayout.PaddedEntries(run.Shape);
        for (int index = run.Thread.Index; index < AttentionLayout.Rows(run.Shape) * heads; index += run.Thread.Count)
        {
            int row = index / heads;
            int head = index - (row * heads);
            scratch.RowScoreGradients[((long)row * AttentionLayout.PaddedHeads(run.Shape)) + head] =
                SumOfTokens(run, scratch, row, entries + head, entries + head);
        }
    }

    /// <summary>Σ p_h(t)·d over a row's tokens: two of a position, n of a sign, one of the class token.</summary>
    private static float SumOfTokens(GeneralSlot run, AttentionScratch scratch, int row, int column, int exponentials)
    {
        int n = run.Shape.Inputs;
        int columns = AttentionLayout.SumColumns(run.Shape);
        bool isPosition = row < n;
        bool isClass = row == AttentionLayout.ClassRow(run.Shape);
        int token = isPosition ? row : isClass ? n : (row - n) * (n + 1);
        int stride = isPosition ? n + 1 : 1;
        int tokens = isPosition ? 2 : isClass ? 1 : n;
        float sum = 0f;
        for (int t = 0; t < tokens; t++, token += stride)
        {
            long terms = (long)token * columns;
            sum = ExactMath.Fma(scratch.Terms[terms + exponentials], scratch.TermGradients[terms + column], sum);
        }

        return sum;
    }

    /// <summary>Gradient of Wv; four dimensions and an entry a thread.</summary>
    private static void FillValueGradients(GeneralSlot run, AttentionScratch scratch)
    {
        int entries = AttentionLayout.Entries(run.Shape);
        int padded = AttentionLayout.PaddedEntries(run.Shape);
        int embedding = run.Shape.Embedding;
        var gradients = run.Scratch.Gradients.SubView(AttentionLayout.Value(run.Shape));
        for (int index = run.Thread.Index; index < Canon.Groups(embedding) * padded; index += run.Thread.Count)
        {
            int group = index / padded;
            int j = index - (group * padded);
            if (j < entries)
            {
                int i = group * Canon.Group;
                float g0 = 0f;
                float g1 = 0f;
                float g2 = 0f;
                float g3 = 0f;
                for (int row = 0; row < AttentionLayout.Rows(run.Shape); row++)
                {
                    float descent = scratch.RowValueGradients[((long)row * padded) + j];
                    var x = run.Embedding(row).SubView(i, Canon.Group).Cast<FloatQuad>()[0];
                    g0 = ExactMath.Fma(x.X, descent, g0);
                    g1 = ExactMath.Fma(x.Y, descent, g1);
                    g2 = ExactMath.Fma(x.Z, descent, g2);
                    g3 = ExactMath.Fma(x.W, descent, g3);
                }

                long place = AttentionLayout.Index(embedding, j, i);
                gradients[place] = g0;
                if (i + 1 < embedding)
                    gradients[place + Canon.Lanes] = g1;

                if (i + 2 < embedding)
                    gradients[place + (2 * Canon.Lanes)] = g2;

                if (i + 3 < embedding)
                    gradients[place + (3 * Canon.Lanes)] = g3;
            }
        }
    }

    /// <summary>d κ_he and the gradient of Wk; a head and a dimension a thread, padding included.</summary>
    private static void FillKeyGradients(GeneralSlot run, AttentionScratch scratch)
    {
        int padded = AttentionLayout.PaddedEmbedding(run.Shape);
        int heads = AttentionLayout.PaddedHeads(run.Shape);
        int headSize = run.Shape.HeadSize;
        var gradients = run.Scratch.Gradients.SubView(AttentionLayout.Key(run.Shape));
        for (int index = run.Thread.Index; index < run.Shape.Heads * padded; index += run.Thread.Count)
        {
            int head = index / padded;
            int i = index - (head * padded);
            float sum = 0f;
            for (int row = 0; row < AttentionLayout.Rows(run.Shape); row++)
                sum = ExactMath.Fma(scratch.RowScoreGradients[((long)row * heads) + head], run.Embedding(row)[i], sum);

            scratch.ProbeGradients[index] = sum;
            for (int j = head * headSize; j < (head + 1) * headSize; j++)
                gradients[((long)j * padded) + i] = scratch.Query[j] * sum;
        }
    }

    /// <summary>d q_j; an entry a thread, padding +0.</summary>
    private static void FillQueryDescents(GeneralSlot run, AttentionScratch scratch)
    {
        int padded = AttentionLayout.PaddedEmbedding(run.Shape);
        int blocks = padded / Canon.Lanes;
        int entries = AttentionLayout.Entries(run.Shape);
        var keys = run.Floats.SubView(AttentionLayout.Key(run.Shape));
        for (int j = run.Thread.Index; j < AttentionLayout.PaddedEntries(run.Shape); j += run.Thread.Count)
        {
            int existing = j < entries ? j : 0;
            float descent = run.Settings.ScoreScale * DenseLayer.Dot(
                keys.SubView((long)existing * padded),
                Canon.Lanes,
                scratch.ProbeGradients.SubView((long)(existing / run.Shape.HeadSize) * padded),
                Canon.Lanes,
                blocks);
            scratch.QueryGradient[j] = j < entries ? descent : 0f;
        }
    }

    /// <summary>Gradient of Wq; an entry and a dimension a thread.</summary>
    private static void FillQueryGradients(GeneralSlot run, AttentionScratch scratch)
    {
        int embedding = run.Shape.Embedding;
        int padded = AttentionLayout.PaddedEntries(run.Shape);
        var gradients = run.Scratch.Gradients.SubView(AttentionLayout.Query(run.Shape));
        var token = run.Embedding(AttentionLayout.ClassRow(run.Shape));
        for (int index = run.Thread.Index; index < embedding * padded; index += run.Thread.Count)
        {
            int i = index / padded;
            int j = index - (i * padded);
            gradients[AttentionLayout.Index(embedding, j, i)] = ExactMath.Fma(token[i], scratch.QueryGradient[j], 0f);
        }
    }

    /// <summary>Gradients of all rows, but for the class token's query; a row and a dimension a thread.</summary>
    private static void FillRowGradients(GeneralSlot run, AttentionScratch scratch)
    {
        int embedding = run.Shape.Embedding;
        int padded = AttentionLayout.PaddedEmbedding(run.Shape);
        int heads = AttentionLayout.PaddedHeads(run.Shape);
        int entries = AttentionLayout.PaddedEntries(run.Shape);
        var values = run.Floats.SubView(AttentionLayout.Value(run.Shape));
        var gradients = run.Scratch.Gradients.SubView(AttentionLayout.Embeddings(run.Shape));
        for (int index = run.Thread.Index; index < AttentionLayout.Rows(run.Shape) * embedding; index += run.Thread.Count)
        {
            int row = index / embedding;
            int i = index - (row * embedding);
            float sum = DenseLayer.Dot(
                scratch.RowValueGradients.SubView((long)row * entries),
                Canon.Lanes,
                values.SubView((long)i * Canon.Lanes),
                (long)embedding * Canon.Lanes,
                entries / Canon.Lanes);
            for (int head = 0; head < run.Shape.Heads; head++)
            {
                sum = ExactMath.Fma(
                    scratch.RowScoreGradients[((long)row * heads) + head], scratch.Probes[((long)head * padded) + i], sum);
            }

            // The class token has its residual's gradient already.
            long place = ((long)row * padded) + i;
            float both = gradients[place] + sum;
            gradients[place] = row == AttentionLayout.ClassRow(run.Shape) ? both : sum;
        }
    }

    /// <summary>The class token's gradient by way of its query; a dimension a thread.</summary>
    private static void AddQueryToClassToken(GeneralSlot run, AttentionScratch scratch)
    {
        int embedding = run.Shape.Embedding;
        var weights = run.Floats.SubView(AttentionLayout.Query(run.Shape));
        var gradients = run.Scratch.Gradients.SubView(
            AttentionLayout.Embeddings(run.Shape)
            + ((long)AttentionLayout.ClassRow(run.Shape) * AttentionLayout.PaddedEmbedding(run.Shape)));
        for (int i = run.Thread.Index; i < embedding; i += run.Thread.Count)
        {
            gradients[i] += DenseLayer.Dot(
                scratch.QueryGradient,
                Canon.Lanes,
                weights.SubView((long)i * Canon.Lanes),
                (long)embedding * Canon.Lanes,
                AttentionLayout.PaddedEntries(run.Shape) / Canon.Lanes);
        }
    }
}
