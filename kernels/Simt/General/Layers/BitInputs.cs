namespace ParityGpu.Kernels.Simt;

/// <summary>Inputs of 0 and 1, stored as they are.</summary>
internal readonly struct BitInputs : IInputs
{
    public static bool HasSamples => false;

    /// <summary>
    /// The last sum is written as fma because ILGPU does not move those: it delays plain sums as long as it can and would keep all of a tile's s in
    /// registers until then.
    /// </summary>
    public static float Add(float sum, float a, float b, float c, float e, FloatQuad x) =>
        ExactMath.Fma(Quad.Inner(new() { X = a, Y = b, Z = c, W = e }, x), 1f, sum);
}
