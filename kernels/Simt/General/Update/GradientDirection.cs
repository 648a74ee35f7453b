namespace ParityGpu.Kernels.Simt;

/// <summary>Plain SGD.</summary>
internal readonly struct GradientDirection : IDirection
{
    public FloatQuad Of(FloatQuad gradient, int quad) => gradient;
}
