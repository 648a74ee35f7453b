namespace ParityGpu.Kernels.Simt;

/// <summary>Which parameter one float of a run's buffer holds.</summary>
internal struct ParameterPlace
{
    /// <summary>Layer of weights, from 0; the output layer is the last.</summary>
    public int Layer;

    /// <summary>Input or unit below; the number of these for the bias.</summary>
    public int Input;

    /// <summary>Unit that the weight leads to; for an output weight, the unit it comes from; r for the output bias.</summary>
    public int Unit;

    /// <summary>Whether the float is not a parameter: padding, a weight between disjoint blocks, or the output row of a product.</summary>
    public bool IsAbsent;

    /// <summary>Whether it belongs to the output layer.</summary>
    public bool IsOutput;

    /// <summary>An <see cref="AttentionMatrix"/> whose row is the unit and whose column is the input; 0 for other parameters.</summary>
    public int Matrix;
}
