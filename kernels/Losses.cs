namespace ParityGpu.Kernels;

/// <summary>A training loss, as a type the kernels are compiled for.</summary>
public interface ILoss
{
    /// <summary>−∂ℓ/∂f for label y = ±1 and output f.</summary>
    static abstract float Descent(float y, float f);
}

/// <summary>max(0, 1 − y·f).</summary>
public readonly struct Hinge : ILoss
{
    public static float Descent(float y, float f) => y * f < 1f ? y : 0f;
}
