using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>SGD with momentum.</summary>
internal readonly struct MomentumDirection(ArrayView<FloatQuad> floats, int parameters, float beta) : IDirection
{
    public FloatQuad Of(FloatQuad gradient, int quad)
    {
        var moment = QuadArithmetic.Fma(QuadArithmetic.Broadcast(beta), floats[parameters + quad], gradient);
        floats[parameters + quad] = moment;
        return moment;
    }
}
