namespace ParityGpu.Kernels;

/// <summary>
/// Index formulas of a transformer's parameters (NUMERICS.md, transformer). Legend: d = dimension of an embedding, H = number of heads, a = dimension
/// of a head; d̂, Ĥa and Ĥ are padded to whole blocks of lanes. The readout comes first, as <see cref="FirstLayerLayout"/> lays out d inputs and r
/// hidden units; the attention layer follows.
/// </summary>
public static class AttentionLayout
{
    /// <summary>Rows of embeddings: n positions, the tokens + and −, the class token.</summary>
    public static int Rows(in LaunchShape shape) => shape.Inputs + 3;

    /// <summary>Row of the token x = +1; that of x = −1 follows, then the class token's.</summary>
    public static int TokenRow(in LaunchShape shape) => shape.Inputs;

    /// <summary>Row of the class token.</summary>
    public static int ClassRow(in LaunchShape shape) => shape.Inputs + 2;

    /// <summary>d̂.</summary>
    public static int PaddedEmbedding(in LaunchShape shape) => Padded(shape.Embedding);

    /// <summary>Entries of a query, key or value, H·a.</summary>
    public static int Entries(in LaunchShape shape) => shape.Heads * shape.HeadSize;

    /// <summary>Ĥa.</summary>
    public static int PaddedEntries(in LaunchShape shape) => Padded(Entries(shape));

    /// <summary>Ĥ.</summary>
    public static int PaddedHeads(in LaunchShape shape) => Padded(shape.Heads);

    /// <summary>Columns of the sums over a sample's tokens: numerators, then denominators.</summary>
    public static int SumColumns(in LaunchShape shape) => PaddedEntries(shape) + PaddedHeads(shape);

    /// <summary>Number of tokens: input i = +1 is token i, the class token n, input i = −1 token n + 1 + i.</summary>
    public static long Tokens(in LaunchShape shape) => (2L * shape.Inputs) + 1;

    /// <summary>Start of the embeddings, [row][d̂].</summary>
    public static long Embeddings(in LaunchShape shape) => FirstLayerLayout.RunFloats(shape.Embedding, shape.Width);

    /// <summary>Start of Wq, [block of Ĥa][d][lane].</summary>
    public static long Query(in LaunchShape shape) => Embeddings(shape) + ((long)Rows(shape) * PaddedEmbedding(shape));

    /// <summary>Start of Wk, [H·a][d̂].</summary>
    public static long Key(in LaunchShape shape) => Query(shape) + ((long)PaddedEntries(shape) * shape.Embedding);

    /// <summary>Start of Wv, [block of Ĥa][d][lane].</summary>
    public static long Value(in LaunchShape shape) => Key(shape) + ((long)Entries(shape) * PaddedEmbedding(shape));

    /// <summary>Start of Wo, [block of d̂][H·a][lane].</summary>
    public static long Projection(in LaunchShape shape) => Value(shape) + ((long)PaddedEntries(shape) * shape.Embedding);

    /// <summary>Floats of all parameters.</summary>
    public static long Parameters(in LaunchShape shape) => Projection(shape) + ((long)PaddedEmbedding(shape) * Entries(shape));

    /// <summary>Place of an entry of Wq, Wv or Wo within its matrix.</summary>
    /// <param name="inputs">Entries of the vector that the matrix is multiplied with.</param>
    /// <param name="output">Row of the matrix.</param>
    /// <param name="input">Column of the matrix.</param>
    public static long Index(int inputs, int output, int input) =>
        ((((long)(output / Canon.Lanes) * inputs) + input) * Canon.Lanes) + (output % Canon.Lanes);

    /// <summary>The readout's shape: a two-layer ReLU network over d inputs, whose parameters come first.</summary>
    public static LaunchShape Readout(in LaunchShape shape)
    {
        var readout = shape;
        readout.Inputs = shape.Embedding;
        readout.Model = (int)Model.Mlp;
        readout.Activation = (int)Activation.Relu;
        return readout;
    }

    private static int Padded(int count) => Canon.Blocks(count) * Canon.Lanes;
}
