namespace ParityGpu.Kernels.Simd;

/// <summary>Coefficients in a worker's memory.</summary>
internal readonly unsafe struct CoefficientPointer(float* first) : ICoefficients
{
    public float At(int power) => first[power];
}
