namespace ParityGpu.Kernels;

/// <summary>What follows from an encoding of inputs.</summary>
public static class InputEncodings
{
    /// <summary>The word of an input that is the number 1 in all 32 samples, as the input of a bias is.</summary>
    public static uint OfOne(this InputEncoding encoding) => encoding == InputEncoding.ZeroOne ? uint.MaxValue : 0;
}
