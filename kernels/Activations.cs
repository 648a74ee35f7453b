namespace ParityGpu.Kernels;

/// <summary>An activation function of the hidden layer, as a type the kernels are compiled for.</summary>
public interface IActivation
{
    /// <summary>σ(z).</summary>
    static abstract float Value(float z);

    /// <summary>σ′(z); at a kink, the slope from the left.</summary>
    static abstract float Slope(float z);
}

/// <summary>max(z, 0).</summary>
public readonly struct Relu : IActivation
{
    public static float Value(float z) => z > 0f ? z : 0f;

    public static float Slope(float z) => z > 0f ? 1f : 0f;
}
