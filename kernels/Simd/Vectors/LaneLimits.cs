namespace ParityGpu.Kernels.Simd;

/// <summary>Limits shared by all lane implementations.</summary>
internal static class LaneLimits
{
    /// <summary>Words whose partial counts fit one signed byte: 8 words × (−2 · 8 bits) = −128.</summary>
    public const int WordsPerCount = 8;
}
