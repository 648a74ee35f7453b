namespace ParityGpu.Kernels;

// The kinds of networks and training, in specs, logs and kernels alike. Kernels get them as integers. Their names on the command
// line and in logs are the kebab-case forms; numbers are never reused.

/// <summary>Network families (paper, section 3 and appendix A).</summary>
public enum Model
{
    /// <summary>c + Σ_j u_j σ(w_j·x + b_j).</summary>
    Mlp,

    /// <summary>∏_{j≤k} (w_j·x + b_j).</summary>
    Polynet,

    /// <summary>∏_{j≤k} ⟨w_j, x_{P_j}⟩ over a partition of the inputs in k blocks of n/k.</summary>
    DisjointPolynet,

    /// <summary>A multilayer perceptron with σ(z) = z².</summary>
    Deep,

    /// <summary>One attention layer read at a class token, then a ReLU MLP.</summary>
    Transformer,
}

/// <summary>Activation functions of a two-layer network (NUMERICS.md, activations).</summary>
public enum Activation
{
    Relu,

    /// <summary>z^k.</summary>
    Power,

    /// <summary>Piecewise linear through the parity's values at the k + 1 possible sums.</summary>
    Zigzag,

    /// <summary>The polynomial of degree k through the same points.</summary>
    Polynomial,

    /// <summary>The zigzag continued with period 4.</summary>
    Triangle,

    /// <summary>A sinusoid with the zigzag's phase, sin(z + (1 − k)·π/2).</summary>
    Sin,
}

/// <summary>Losses of one sample.</summary>
public enum Loss
{
    /// <summary>max(0, 1 − yf).</summary>
    Hinge,

    /// <summary>(y − f)².</summary>
    Square,

    /// <summary>log(1 + exp(−yf)).</summary>
    Logistic,

    /// <summary>−yf.</summary>
    Correlation,
}

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

/// <summary>The output layer of a two-layer network.</summary>
public enum OutputLayer
{
    Trained,

    /// <summary>u = 1, c = 0: no second layer.</summary>
    Fixed,
}

/// <summary>Which layers are trained.</summary>
public enum TrainedLayers
{
    All,

    /// <summary>One hidden layer after the other, read by the output layer.</summary>
    Layerwise,

    /// <summary>The output layer alone, on frozen random features (paper, theorem 5).</summary>
    Output,
}
