namespace ParityGpu.Kernels.Simd;

/// <summary>What a pass over a run's samples or columns does; its items are the same for any number of workers.</summary>
internal enum GeneralWork
{
    /// <summary>Draws words of samples.</summary>
    Draw,

    /// <summary>Values of the first hidden layer, for blocks of columns.</summary>
    FirstLayer,

    /// <summary>Outputs of a network with one hidden layer, for blocks of columns in order.</summary>
    ColumnOutputs,

    /// <summary>Values of the hidden layers above the first, and outputs, or a product, for tiles of samples.</summary>
    Outputs,

    /// <summary>d of a product's factors, for tiles of samples.</summary>
    ProductDescent,

    /// <summary>Gradients of the output weights and of the first layer, for blocks of columns.</summary>
    Descent,

    /// <summary>Gradients of a hidden layer above the first, for blocks of its inputs.</summary>
    DenseGradient,

    /// <summary>d of the layer below it, for tiles of samples.</summary>
    DenseDescent,

    /// <summary>Updates blocks of columns.</summary>
    Update,

    /// <summary>Updates rows of a hidden layer above the first.</summary>
    DenseUpdate,

    /// <summary>A pass of a transformer.</summary>
    Attention,

    /// <summary>Updates embeddings and attention layer, for blocks of their parameters.</summary>
    AttentionUpdate,
}

/// <summary>A pass over a run's samples or columns.</summary>
internal struct GeneralPass
{
    public GeneralWork Work;

    /// <summary>Which pass of a transformer.</summary>
    public AttentionWork Attention;

    /// <summary>Items of the whole pass, and the parts that a team divides them into.</summary>
    public int Items;
    public int Parts;

    /// <summary>Samples of the chunk.</summary>
    public int Samples;

    /// <summary>What is drawn.</summary>
    public SampleSource Source;

    /// <summary>The hidden layer that the output layer reads.</summary>
    public int Stage;

    /// <summary>The hidden layer that the pass is about.</summary>
    public int Layer;

    /// <summary>Phase of the schedule.</summary>
    public int Phase;

    /// <summary>Whether gradients are sums that start here.</summary>
    public bool Start;

    /// <summary>Whether control bits are added by rows.</summary>
    public bool ByRows;

    /// <summary>Whether the first layer moves while its gradients are summed.</summary>
    public bool Moves;

    /// <summary>Whether the pass includes the output layer.</summary>
    public bool OfOutputs;

    /// <summary>Whether the pass includes the first layer.</summary>
    public bool OfFirstLayer;
}
