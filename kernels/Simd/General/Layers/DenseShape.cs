namespace ParityGpu.Kernels.Simd;

/// <summary>Where a dense layer y = Wx + b, or its gradient, lies: blocks of 16 outputs, each with a row of 16 lanes for every input.</summary>
internal unsafe struct DenseShape
{
    public float* Weights;

    /// <summary>Floats from one block of outputs to the next.</summary>
    public long BlockFloats;

    /// <summary>Floats from one input to the next.</summary>
    public long RowFloats;

    public int Inputs;

    /// <summary>Outputs, including the padding of the last block.</summary>
    public int PaddedOutputs;

    /// <summary>Floats from one vector of outputs to the next.</summary>
    public int OutputStride;

    /// <summary>[block][lane], or null for none.</summary>
    public float* Bias;

    /// <summary>Floats from one block of biases to the next.</summary>
    public long BiasBlockFloats;

    /// <summary>Hidden layer <paramref name="layer"/> &gt; 0, from 0, of a deep network's parameters or gradients.</summary>
    public static DenseShape Inner(in LaunchShape shape, in GeneralWorkspace workspace, float* parameters, int layer)
    {
        int padded = RunLayout.PaddedWidth(shape);
        float* start = parameters + RunLayout.Dense(shape, layer + 1);
        return new DenseShape
        {
            Weights = start,
            BlockFloats = Canon.Lanes,
            RowFloats = padded,
            Inputs = shape.Width,
            PaddedOutputs = padded,
            OutputStride = workspace.SampleFloats,
            Bias = start + ((long)shape.Width * padded),
            BiasBlockFloats = Canon.Lanes,
        };
    }
    /// <summary>Some of the outputs; their numbers are multiples of 16.</summary>
    public readonly DenseShape Columns(int first, int end) => this with
    {
        Weights = Weights + (first / Canon.Lanes * BlockFloats),
        PaddedOutputs = end - first,
        Bias = Bias == null ? null : Bias + (first / Canon.Lanes * BiasBlockFloats),
    };

    /// <summary>Some of the inputs; the biases belong to the first.</summary>
    public readonly DenseShape Rows(int first, int end) => this with
    {
        Weights = Weights + (first * RowFloats),
        Inputs = end - first,
        Bias = first > 0 ? null : Bias,
    };
}
