namespace ParityGpu.Kernels.Simd;

/// <summary>Where the parameters, or their gradients, of a run lie.</summary>
internal readonly unsafe partial struct Attention<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private float* Row(float* matrix, int row) => matrix + ((long)row * embedding);

    private float* Embeddings(float* parameters) => parameters + AttentionLayout.Embeddings(shape);

    private DenseShape Query(float* parameters) => Square(parameters + AttentionLayout.Query(shape));

    private DenseShape Value(float* parameters) => Square(parameters + AttentionLayout.Value(shape));

    /// <summary>Probes, or their gradients, as a layer from heads to an embedding.</summary>
    private DenseShape Heads(float* probes) => new()
    {
        Weights = probes,
        BlockFloats = Lanes,
        RowFloats = embedding,
        Inputs = heads,
        PaddedOutputs = embedding,
        OutputStride = embedding,
    };

    private DenseShape Square(float* matrix) => new()
    {
        Weights = matrix,
        BlockFloats = (long)shape.Embedding * Lanes,
        RowFloats = Lanes,
        Inputs = shape.Embedding,
        PaddedOutputs = paddedEntries,
        OutputStride = attention.EntryStride,
    };

    /// <summary>Wo, with the class token as its bias: the residual connection.</summary>
    private DenseShape Projection(float* parameters) => new()
    {
        Weights = parameters + AttentionLayout.Projection(shape),
        BlockFloats = (long)entries * Lanes,
        RowFloats = Lanes,
        Inputs = entries,
        PaddedOutputs = embedding,
        OutputStride = attention.EmbeddingStride,
        Bias = Row(Embeddings(parameters), AttentionLayout.ClassRow(shape)),
        BiasBlockFloats = Lanes,
    };

    private DenseShape Readout(float* parameters) => new()
    {
        Weights = parameters,
        BlockFloats = (long)FirstLayerLayout.Rows(shape.Embedding) * Lanes,
        RowFloats = Lanes,
        Inputs = shape.Embedding,
        PaddedOutputs = RunLayout.PaddedWidth(shape),
        OutputStride = workspace.SampleFloats,
        Bias = parameters + ((long)shape.Embedding * Lanes),
        BiasBlockFloats = (long)FirstLayerLayout.Rows(shape.Embedding) * Lanes,
    };
}
