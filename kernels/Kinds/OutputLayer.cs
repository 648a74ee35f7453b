namespace ParityGpu.Kernels;

/// <summary>The output layer of a two-layer network.</summary>
public enum OutputLayer
{
    Trained,

    /// <summary>u = 1, c = 0: no second layer.</summary>
    Fixed,
}
