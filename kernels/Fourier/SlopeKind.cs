namespace ParityGpu.Kernels;

/// <summary>The slope σ′(z) of a neuron as the enumeration kernel computes it; the integer is a kernel argument.</summary>
public enum SlopeKind
{
    /// <summary>1 where z &gt; 0, else 0: relu.</summary>
    Step = 0,

    /// <summary>1 where z &gt; 0, else −1: |z|, whose slope is the majority of the signed inputs.</summary>
    Sign = 1,

    /// <summary>A polynomial in z.</summary>
    Polynomial = 2,

    /// <summary>±1, changing sign at the integers of k's parity; constant beyond ±k.</summary>
    Zigzag = 3,

    /// <summary>The same, changing sign beyond ±k as well.</summary>
    Triangle = 4,

    /// <summary>cos z: sin.</summary>
    Cosine = 5,
}
