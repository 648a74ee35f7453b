using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A transformer's part of a slot's scratch words. d̂, Ĥa, Ĥ as in <see cref="AttentionLayout"/>, c = Ĥa + Ĥ columns of sums, n + 3 rows
/// of embeddings, 2n + 1 tokens; samples are the 32 of a word.
/// </summary>
internal readonly struct AttentionScratch
{
    /// <summary>[Ĥa]: the class token's query, scaled, and −∂ℓ/∂ of it before the scale.</summary>
    public readonly ArrayView<float> Query;
    public readonly ArrayView<float> QueryGradient;

    /// <summary>[Ĥ]: the largest score of any token.</summary>
    public readonly ArrayView<float> Largest;

    /// <summary>[H][d̂]: Wkᵀq of each head, and −∂ℓ/∂ of it.</summary>
    public readonly ArrayView<float> Probes;
    public readonly ArrayView<float> ProbeGradients;

    /// <summary>[n + 3][Ĥ]: scores of rows, and −∂ℓ/∂ of them.</summary>
    public readonly ArrayView<float> RowScores;
    public readonly ArrayView<float> RowScoreGradients;

    /// <summary>[n + 3][Ĥa]: values of rows, and −∂ℓ/∂ of them; padding is +0.</summary>
    public readonly ArrayView<float> RowValues;
    public readonly ArrayView<float> RowValueGradients;

    /// <summary>
    /// [2n + 1][c]: terms of numerators and denominators, the latter e^(score − largest score); and −∂ℓ/∂ of them, in the end of the
    /// scores in place of the denominators'.
    /// </summary>
    public readonly ArrayView<float> Terms;
    public readonly ArrayView<float> TermGradients;

    /// <summary>[c][sample]: numerators and denominators, later 1/denominators, in the end −∂ℓ/∂ of the sums.</summary>
    public readonly ArrayView<float> Sums;

    /// <summary>[Ĥa][sample]: what the heads read, and −∂ℓ/∂ of it.</summary>
    public readonly ArrayView<float> Mixed;
    public readonly ArrayView<float> MixedGradients;

    /// <summary>[d̂][sample]: the attention layer's output, and −∂ℓ/∂ of it, whose padding is +0.</summary>
    public readonly ArrayView<float> Features;
    public readonly ArrayView<float> FeatureGradients;

    private AttentionScratch(ArrayView<float> words, LaunchShape shape)
    {
        long entries = AttentionLayout.PaddedEntries(shape);
        long heads = AttentionLayout.PaddedHeads(shape);
        long probes = (long)shape.Heads * AttentionLayout.PaddedEmbedding(shape);
        long rows = AttentionLayout.Rows(shape);
        long terms = AttentionLayout.Tokens(shape) * AttentionLayout.SumColumns(shape);
        long sums = (long)AttentionLayout.SumColumns(shape) * Canon.WordSamples;
        long mixed = entries * Canon.WordSamples;
        long features = (long)AttentionLayout.PaddedEmbedding(shape) * Canon.WordSamples;
        Query = words.SubView(0, entries);
        QueryGradient = words.SubView(entries, entries);
        long at = 2 * entries;
        Largest = words.SubView(at, heads);
        at += heads;
        Probes = words.SubView(at, probes);
        ProbeGradients = words.SubView(at + probes, probes);
        at += 2 * probes;
        RowScores = words.SubView(at, rows * heads);
        RowScoreGradients = words.SubView(at + (rows * heads), rows * heads);
        at += 2 * rows * heads;
        RowValues = words.SubView(at, rows * entries);
        RowValueGradients = words.SubView(at + (rows * entries), rows * entries);
        at += 2 * rows * entries;
        Terms = words.SubView(at, terms);
        TermGradients = words.SubView(at + terms, terms);
        at += 2 * terms;
        Sums = words.SubView(at, sums);
        at += sums;
        Mixed = words.SubView(at, mixed);
        MixedGradients = words.SubView(at + mixed, mixed);
        at += 2 * mixed;
        Features = words.SubView(at, features);
        FeatureGradients = words.SubView(at + features, features);
    }

    /// <summary>Words of a slot, a multiple of 16; 0 where the network is no transformer.</summary>
    public static long Words(LaunchShape shape)
    {
        if (shape.Model != (int)Model.Transformer)
            return 0;

        long entries = AttentionLayout.PaddedEntries(shape);
        long heads = AttentionLayout.PaddedHeads(shape);
        long embedding = AttentionLayout.PaddedEmbedding(shape);
        return (2 * entries) + heads
            + (2 * shape.Heads * embedding)
            + (2L * AttentionLayout.Rows(shape) * (heads + entries))
            + (2 * AttentionLayout.Tokens(shape) * AttentionLayout.SumColumns(shape))
            + (Canon.WordSamples * (AttentionLayout.SumColumns(shape) + (2 * entries) + (2 * embedding)));
    }

    public static AttentionScratch Of(GeneralSlot run) => new(run.Scratch.Attention, run.Shape);
}
