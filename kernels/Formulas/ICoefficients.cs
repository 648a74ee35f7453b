namespace ParityGpu.Kernels;

/// <summary>c_0 … c_k of a polynomial activation, wherever a body keeps them.</summary>
internal interface ICoefficients
{
    /// <summary>The coefficient of a power of z.</summary>
    float At(int power);
}
