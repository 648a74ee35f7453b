namespace ParityGpu.Kernels;

/// <summary>Optimizers.</summary>
public enum Optimizer
{
    Sgd,

    /// <summary>SGD with heavy-ball momentum.</summary>
    Momentum,

    Adam,

    /// <summary>Steps of the gradient's sign.</summary>
    SignSgd,
}
