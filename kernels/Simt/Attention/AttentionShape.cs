namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Sizes and places of a transformer that the host computes once for a launch. d̂, Ĥa as in <see cref="AttentionLayout"/>; here heads are
/// padded to Ĥ, a multiple of four, rows of embeddings to R̂, and samples are the 32 of a word. c = Ĥa + Ĥ are the columns of sums, T = 2n + 1 the
/// tokens. Sizes that end in Quads, and all places, count quads of floats.
/// </summary>
public struct AttentionShape
{
    /// <summary>Threads side by side on a row of d̂ or of Ĥa, as powers of two.</summary>
    public int EmbeddingShift;
    public int EntryShift;

    public int EmbeddingQuads;
    public int EntryQuads;
    public int HeadQuads;
    public int ColumnQuads;

    /// <summary>Quads of entries per head, or 0 where heads do not begin at quads.</summary>
    public int QuadsPerHead;

    /// <summary>H·a, not padded.</summary>
    public int Entries;

    public int Rows;
    public int RowQuads;

    /// <summary>Quads from the terms of (i, +) to those of (i, −).</summary>
    public int MinusQuads;

    /// <summary>Groups of four inputs.</summary>
    public int Groups;

    /// <summary>Places of matrices among the parameters, and of their gradients among the gradients.</summary>
    public int Embeddings;
    public int Query;
    public int Key;
    public int Value;
    public DenseShape Projection;
    public DenseShape Readout;

    /// <summary>Wv as a dense layer from d to H·a.</summary>
    public DenseShape Values;

    /// <summary>Places in the scratch. Weights as [output][input], of Wo, of the readout's hidden layer, of Wv.</summary>
    public int ProjectionCopy;
    public int ReadoutCopy;
    public int ValueCopy;

    /// <summary>[Ĥa]: the class token's query, scaled, and −∂ℓ/∂ of it before the scale.</summary>
    public int ClassQuery;
    public int ClassQueryGradient;

    /// <summary>[Ĥ]: the largest score of any token.</summary>
    public int Largest;

    /// <summary>[Ĥ][d̂]: Wkᵀq of each head, and −∂ℓ/∂ of it.</summary>
    public int Probes;
    public int ProbeGradients;

    /// <summary>[R̂][Ĥ]: scores of rows, and −∂ℓ/∂ of them.</summary>
    public int RowScores;
    public int RowScoreGradients;

    /// <summary>[R̂][Ĥa]: values of rows.</summary>
    public int RowValues;

    /// <summary>[R̂][Ĥa], and the same as [Ĥa][R̂]: −∂ℓ/∂ of the values; padding of the entries is +0.</summary>
    public int RowValueGradients;
    public int ValueRowGradients;

    /// <summary>
    /// [T][c]: terms of numerators and denominators, the latter e^(score − largest score); and
    /// −∂ℓ/∂ of them, in the end with the scores' in place of the denominators'.
    /// </summary>
    public int Terms;
    public int TermGradients;

    /// <summary>[group of four inputs][quad of columns][pattern]: all possible sums of four terms.</summary>
    public int TermTables;

    /// <summary>[sample quad][quad of columns][pattern]: all possible sums that four samples add to a term's gradient.</summary>
    public int GradientTables;

    /// <summary>[group of four inputs][sample], a word each: the signs of the group, input m's in bit m.</summary>
    public int Patterns;

    /// <summary>[c][sample]: numerators and denominators, later 1/denominators, in the end −∂ℓ/∂ of the sums.</summary>
    public int Sums;

    /// <summary>[Ĥa][sample]: what the heads read, and −∂ℓ/∂ of it.</summary>
    public int Mixed;
    public int MixedGradients;

    /// <summary>[d̂][sample]: the attention layer's output, and −∂ℓ/∂ of it, whose padding is +0.</summary>
    public int Features;
    public int FeatureGradients;

    /// <summary>Quads in a slot's scratch.</summary>
    public int ScratchQuads;

    /// <summary>The sizes and places of a network; all 0 where it is no transformer.</summary>
    public static AttentionShape Of(in LaunchShape shape)
    {
        long quads = 0;
        if (shape.Model != (int)Model.Transformer)
            return default;

        int embedding = AttentionLayout.PaddedEmbedding(shape) / 4;
        int entries = AttentionLayout.PaddedEntries(shape) / 4;
        int heads = (shape.Heads + 3) / 4;
        int columns = entries + heads;
        int rows = AttentionLayout.Rows(shape);
        int rowQuads = (rows + 3) / 4;
        int groups = Canon.Groups(shape.Inputs);
        long terms = AttentionLayout.Tokens(shape) * columns;
        var places = new AttentionShape
        {
            EmbeddingShift = Shift(embedding),
            EntryShift = Shift(entries),
            EmbeddingQuads = embedding,
            EntryQuads = entries,
            HeadQuads = heads,
            ColumnQuads = columns,
            QuadsPerHead = shape.HeadSize % 4 == 0 ? shape.HeadSize / 4 : 0,
            Entries = AttentionLayout.Entries(shape),
            Rows = rows,
            RowQuads = rowQuads,
            MinusQuads = (shape.Inputs + 1) * columns,
            Groups = groups,
            Embeddings = (int)(AttentionLayout.Embeddings(shape) / 4),
            Query = (int)(AttentionLayout.Query(shape) / 4),
            Key = (int)(AttentionLayout.Key(shape) / 4),
            Value = (int)(AttentionLayout.Value(shape) / 4),
            Projection = DenseShape.Projection(shape),
            Readout = DenseShape.Readout(shape),
            Values = DenseShape.Values(shape),
        };
        places.ProjectionCopy = Next(ref quads, 4L * embedding * entries);
        places.ReadoutCopy = Next(ref quads, (long)RunLayout.PaddedWidth(shape) * embedding);
        places.ValueCopy = Next(ref quads, 4L * entries * embedding);
        places.ClassQuery = Next(ref quads, entries);
        places.ClassQueryGradient = Next(ref quads, entries);
        places.Largest = Next(ref quads, heads);
        places.Probes = Next(ref quads, 4L * heads * embedding);
        places.ProbeGradients = Next(ref quads, 4L * heads * embedding);
        places.RowScores = Next(ref quads, 4L * rowQuads * heads);
        places.RowScoreGradients = Next(ref quads, 4L * rowQuads * heads);
        places.RowValues = Next(ref quads, 4L * rowQuads * entries);
        places.RowValueGradients = Next(ref quads, 4L * rowQuads * entries);
        places.ValueRowGradients = Next(ref quads, 4L * rowQuads * entries);
        places.Terms = Next(ref quads, terms);
        places.TermGradients = Next(ref quads, terms);
        places.TermTables = Next(ref quads, (long)groups * columns * TokenSums.Patterns);
        places.GradientTables = Next(ref quads, (long)Canon.SampleQuads * columns * TokenSums.Patterns);
        places.Patterns = Next(ref quads, (long)groups * Canon.SampleQuads);
        places.Sums = Next(ref quads, 4L * columns * Canon.SampleQuads);
        places.Mixed = Next(ref quads, 4L * entries * Canon.SampleQuads);
        places.MixedGradients = Next(ref quads, 4L * entries * Canon.SampleQuads);
        places.Features = Next(ref quads, 4L * embedding * Canon.SampleQuads);
        places.FeatureGradients = Next(ref quads, 4L * embedding * Canon.SampleQuads);
        places.ScratchQuads = Next(ref quads, 0);
        return places;
    }

    /// <summary>Eight threads side by side where they divide a row, else four.</summary>
    private static int Shift(int rowQuads) => rowQuads % 8 == 0 ? 3 : 2;

    private static int Next(ref long end, long quads)
    {
        int place = (int)Math.Min(end, int.MaxValue);
        end += quads;
        return place;
    }
}
