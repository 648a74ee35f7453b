namespace ParityGpu.Kernels.Simt;

/// <summary>Inputs of ±1, stored as x_0, x_0·x_1, x_0·x_2, x_0·x_3.</summary>
internal readonly struct SignInputs : IInputs
{
    public static bool HasSamples => true;

    /// <summary>fma(x_0, a + b·x_0x_1 + c·x_0x_2 + e·x_0x_3, S): the same bits, because a change of all signs changes only the sign of a rounded sum.</summary>
    public static float Add(float sum, float a, float b, float c, float e, FloatQuad x) =>
        ExactMath.Fma(x.X, ExactMath.Fma(e, x.W, ExactMath.Fma(c, x.Z, ExactMath.Fma(b, x.Y, a))), sum);
}
