namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Where a dense layer y = Wx + b lies among the parameters, or its gradient among the gradients: weights as [block of outputs][input][lane],
/// biases as [block][lane]. Places and distances are in quads of floats; the host computes them once.
/// </summary>
public struct DenseShape
{
    public int Weights;

    /// <summary>From one block of outputs to the next.</summary>
    public int BlockQuads;

    public int Inputs;

    public int Outputs;

    public int Bias;

    /// <summary>From one block of biases to the next.</summary>
    public int BiasBlockQuads;

    /// <summary>Quads of inputs, including padding to a whole quad.</summary>
    public int InputQuads;

    /// <summary>Quads of outputs, including padding to a whole quad.</summary>
    public int OutputQuads;

    /// <summary>Blocks of outputs.</summary>
    public int Blocks;

    /// <summary>Quads of inputs, including padding to a whole block.</summary>
    public int PaddedInputQuads;

    /// <summary>A transformer's Wo, with the class token as its bias: the residual connection.</summary>
    public static DenseShape Projection(in LaunchShape shape) => Of(
        AttentionLayout.Projection(shape),
        (long)AttentionLayout.Entries(shape) * Canon.Lanes,
        AttentionLayout.Entries(shape),
        shape.Embedding,
        AttentionLayout.Embeddings(shape) + ((long)AttentionLayout.ClassRow(shape) * AttentionLayout.PaddedEmbedding(shape)),
        Canon.Lanes);

    /// <summary>A transformer's Wv, which has no bias.</summary>
    public static DenseShape Values(in LaunchShape shape) => Of(
        AttentionLayout.Value(shape),
        (long)shape.Embedding * Canon.Lanes,
        shape.Embedding,
        AttentionLayout.Entries(shape),
        0,
        0);

    /// <summary>The hidden layer of a transformer's readout.</summary>
    public static DenseShape Readout(in LaunchShape shape) => Of(
        0,
        (long)FirstLayerLayout.Rows(shape.Embedding) * Canon.Lanes,
        shape.Embedding,
        shape.Width,
        (long)shape.Embedding * Canon.Lanes,
        (long)FirstLayerLayout.Rows(shape.Embedding) * Canon.Lanes);

    private static DenseShape Of(long weights, long blockFloats, int inputs, int outputs, long bias, long biasBlockFloats) => new()
    {
        Weights = (int)(weights / 4),
        BlockQuads = (int)(blockFloats / 4),
        Inputs = inputs,
        Outputs = outputs,
        Bias = (int)(bias / 4),
        BiasBlockQuads = (int)(biasBlockFloats / 4),
        InputQuads = (inputs + 3) / 4,
        OutputQuads = (outputs + 3) / 4,
        Blocks = Canon.Blocks(outputs),
        PaddedInputQuads = Canon.Blocks(inputs) * Canon.LaneQuads,
    };
}
