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

    /// <summary>Adam with the decay of PyTorch's AdamW; kernels get <see cref="Adam"/> and that decay.</summary>
    Adamw,
}
