using ParityGpu.Kernels.Simd;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>A theory about vectors of so many bits, which this machine may not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorTheoryAttribute : TheoryAttribute
{
    public VectorTheoryAttribute(int bits)
    {
        Bits = bits;
        bool has = bits switch
        {
            512 => Lanes512.IsSupported,
            256 => Lanes256.IsSupported,
            _ => Lanes128.IsSupported,
        };
        if (!has)
            Skip = $"this machine has no vectors of {bits} bits";
    }

    public int Bits { get; }
}
