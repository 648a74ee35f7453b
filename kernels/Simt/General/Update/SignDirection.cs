namespace ParityGpu.Kernels.Simt;

/// <summary>Sign-SGD.</summary>
internal readonly struct SignDirection : IDirection
{
    public FloatQuad Of(FloatQuad gradient, int quad) => Optimizers<FloatQuad, QuadArithmetic>.Sign(gradient);
}
