namespace ParityGpu.Kernels;

/// <summary>What a measurement looks at.</summary>
public static class MeasureRequest
{
    /// <summary>Nothing: the slot is passed over.</summary>
    public const int None = 0;

    /// <summary>Loss, accuracy, movement.</summary>
    public const int Progress = 1;

    /// <summary>The same and the Fourier gap of the population gradient, from all 2^n inputs.</summary>
    public const int ProgressAndGap = 2;
}
