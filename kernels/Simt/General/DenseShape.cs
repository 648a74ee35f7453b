using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Where a dense layer y = Wx + b lies, or its gradient: [block of outputs][input][lane].</summary>
internal readonly struct DenseShape
{
    public readonly ArrayView<float> Weights;

    /// <summary>Floats from one block of outputs to the next.</summary>
    public readonly long BlockFloats;

    public readonly int Inputs;

    public readonly int Outputs;

    /// <summary>[block][lane].</summary>
    public readonly ArrayView<float> Bias;

    /// <summary>Floats from one block of biases to the next.</summary>
    public readonly long BiasBlockFloats;

    public DenseShape(
        ArrayView<float> weights, long blockFloats, int inputs, int outputs, ArrayView<float> bias, long biasBlockFloats)
    {
        Weights = weights;
        BlockFloats = blockFloats;
        Inputs = inputs;
        Outputs = outputs;
        Bias = bias;
        BiasBlockFloats = biasBlockFloats;
    }

    /// <summary>Blocks of outputs.</summary>
    public int Blocks => Canon.Blocks(Outputs);

    /// <summary>A transformer's Wo, its bias the class token: the residual.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="parameters">Parameters or gradients.</param>
    public static DenseShape Projection(LaunchShape shape, ArrayView<float> parameters) => new(
        parameters.SubView(AttentionLayout.Projection(shape)),
        (long)AttentionLayout.Entries(shape) * Canon.Lanes,
        AttentionLayout.Entries(shape),
        shape.Embedding,
        parameters.SubView(
            AttentionLayout.Embeddings(shape)
            + ((long)AttentionLayout.ClassRow(shape) * AttentionLayout.PaddedEmbedding(shape))),
        Canon.Lanes);

    /// <summary>The hidden layer of a transformer's readout.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="parameters">Parameters or gradients.</param>
    public static DenseShape Readout(LaunchShape shape, ArrayView<float> parameters) => new(
        parameters,
        (long)FirstLayerLayout.Rows(shape.Embedding) * Canon.Lanes,
        shape.Embedding,
        shape.Width,
        parameters.SubView((long)shape.Embedding * Canon.Lanes),
        (long)FirstLayerLayout.Rows(shape.Embedding) * Canon.Lanes);
}
