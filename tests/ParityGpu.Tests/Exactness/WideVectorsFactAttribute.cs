using Xunit;
using Simd = ParityGpu.Kernels.Simd;

namespace ParityGpu.Tests.Exactness;

/// <summary>A test that switches vectors of some width off, so it needs a CPU that has them.</summary>
public sealed class WideVectorsFactAttribute : FactAttribute
{
    public WideVectorsFactAttribute(int lanes)
    {
        if (Simd.Workers.VectorLanes < lanes)
            Skip = $"this CPU has no {32 * lanes}-bit vectors to switch off";
    }
}
