using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Adam.</summary>
internal readonly struct AdamDirection(
    ArrayView<FloatQuad> floats, int parameters, RunSettings settings, float correction1, float correction2) : IDirection
{
    public FloatQuad Of(FloatQuad gradient, int quad)
    {
        var mean = QuadArithmetic.Multiply(gradient, QuadArithmetic.Broadcast(settings.InverseBatch));
        int place = parameters + quad;
        var first = Optimizers<FloatQuad, QuadArithmetic>.Moment(floats[place], mean, QuadArithmetic.Broadcast(settings.Beta1));
        floats[place] = first;
        place += parameters;
        var second = Optimizers<FloatQuad, QuadArithmetic>.Moment(
            floats[place], QuadArithmetic.Multiply(mean, mean), QuadArithmetic.Broadcast(settings.Beta2));
        floats[place] = second;
        var denominator = Optimizers<FloatQuad, QuadArithmetic>.AdamDenominator(
            second, QuadArithmetic.Broadcast(correction2), QuadArithmetic.Broadcast(settings.Epsilon));
        return Optimizers<FloatQuad, QuadArithmetic>.AdamDirection(first, QuadArithmetic.Broadcast(correction1), denominator);
    }
}
