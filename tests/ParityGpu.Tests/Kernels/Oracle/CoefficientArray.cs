using ParityGpu.Kernels;

namespace ParityGpu.Tests.Kernels;

/// <summary>Coefficients in an array.</summary>
internal readonly struct CoefficientArray(float[] coefficients) : ICoefficients
{
    public float At(int power) => coefficients[power];
}
