namespace ParityGpu.Kernels;

/// <summary>Which layers are trained.</summary>
public enum TrainedLayers
{
    All,

    /// <summary>One hidden layer after the other, each read by the output layer while it is trained.</summary>
    Layerwise,

    /// <summary>The output layer alone, on frozen random features (paper, theorem 5).</summary>
    Output,
}
