using ILGPU;
using ILGPU.Runtime;

namespace ParityGpu.Kernels.Simt;

/// <summary>Memory in accesses of four floats.</summary>
internal static class QuadView
{
    /// <summary>Bytes of a quad.</summary>
    public const int QuadBytes = 4 * sizeof(float);

    /// <summary>The same floats in quads. The view starts at a multiple of 16 bytes; ILGPU must be told so to emit a single access.</summary>
    public static ArrayView<FloatQuad> Of(ArrayView<float> floats) => floats.AsAligned(QuadBytes).Cast<FloatQuad>();
}
