namespace ParityGpu.Kernels.Simd;

/// <summary>Where a dense layer y = Wx + b lies, or its gradient: [block of outputs][input][lane].</summary>
internal unsafe struct DenseShape
{
    public float* Weights;

    /// <summary>Floats from one block of outputs to the next.</summary>
    public long BlockFloats;

    public int Inputs;

    /// <summary>Outputs with the padding of the last block.</summary>
    public int PaddedOutputs;

    /// <summary>[block][lane], or null for none.</summary>
    public float* Bias;

    /// <summary>Floats from one block of biases to the next.</summary>
    public long BiasBlockFloats;
}
