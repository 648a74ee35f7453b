namespace ParityGpu.Kernels;

/// <summary>What follows from an encoding of inputs.</summary>
public static class InputEncodings
{
    /// <summary>The bits of 32 samples whose number is 1: that of every bias.</summary>
    public static uint OfOne(this InputEncoding encoding) => encoding == InputEncoding.ZeroOne ? uint.MaxValue : 0;
}
