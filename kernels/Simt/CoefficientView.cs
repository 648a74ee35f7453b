using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Coefficients in a device's memory.</summary>
internal readonly struct CoefficientView(ArrayView<float> coefficients) : ICoefficients
{
    public float At(int power) => coefficients[power];
}
