namespace ParityGpu.Kernels;

/// <summary>Losses of one sample.</summary>
public enum Loss
{
    /// <summary>max(0, 1 − yf).</summary>
    Hinge,

    /// <summary>(y − f)².</summary>
    Square,

    /// <summary>log(1 + exp(−yf)).</summary>
    Logistic,

    /// <summary>−yf.</summary>
    Correlation,
}
