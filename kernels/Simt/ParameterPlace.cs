namespace ParityGpu.Kernels.Simt;

/// <summary>What one float of a run's parameters is.</summary>
internal struct ParameterPlace
{
    /// <summary>Layer of weights, from 0; the output layer is the last.</summary>
    public int Layer;

    /// <summary>Input or unit below; the number of these for the bias.</summary>
    public int Input;

    /// <summary>Unit the weight leads to; of an output weight, the unit it comes from, and r for the output bias.</summary>
    public int Unit;

    /// <summary>Whether it is none: padding, a weight between blocks that are disjoint, or the output row of a product.</summary>
    public bool IsAbsent;

    /// <summary>Whether it belongs to the output layer.</summary>
    public bool IsOutput;

    /// <summary>An <see cref="AttentionMatrix"/> whose row is the unit and whose column is the input; 0 for other parameters.</summary>
    public int Matrix;
}
