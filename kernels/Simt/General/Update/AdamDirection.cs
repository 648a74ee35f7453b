using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Adam.</summary>
/// <param name="floats">Parameters, then first moments, then second ones.</param>
/// <param name="parameters">Quads of each of these.</param>
/// <param name="settings">The run's settings.</param>
/// <param name="correction1">1/(1 − β₁^t).</param>
/// <param name="correction2">1/(1 − β₂^t).</param>
internal readonly struct AdamDirection(
    ArrayView<FloatQuad> floats, int parameters, RunSettings settings, float correction1, float correction2) : IDirection
{
    // As fma, which ILGPU leaves outside loops: it would compute a difference again for every parameter.
    private readonly float rest1 = ExactMath.Fma(-1f, settings.Beta1, 1f);
    private readonly float rest2 = ExactMath.Fma(-1f, settings.Beta2, 1f);

    public FloatQuad Of(FloatQuad gradient, int quad)
    {
        var mean = QuadArithmetic.Multiply(gradient, QuadArithmetic.Broadcast(settings.InverseBatch));
        var firsts = floats.SubView(parameters + quad, 1);
        var first = Optimizers<FloatQuad, QuadArithmetic>.Moment(
            firsts[0], mean, QuadArithmetic.Broadcast(settings.Beta1), QuadArithmetic.Broadcast(rest1));
        firsts[0] = first;
        var seconds = floats.SubView((2 * parameters) + quad, 1);
        var second = Optimizers<FloatQuad, QuadArithmetic>.Moment(
            seconds[0], QuadArithmetic.Multiply(mean, mean), QuadArithmetic.Broadcast(settings.Beta2), QuadArithmetic.Broadcast(rest2));
        seconds[0] = second;
        var denominator = Optimizers<FloatQuad, QuadArithmetic>.AdamDenominator(
            second, QuadArithmetic.Broadcast(correction2), QuadArithmetic.Broadcast(settings.Epsilon));
        return Optimizers<FloatQuad, QuadArithmetic>.AdamDirection(first, QuadArithmetic.Broadcast(correction1), denominator);
    }
}
