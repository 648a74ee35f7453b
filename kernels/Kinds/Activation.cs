namespace ParityGpu.Kernels;

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
