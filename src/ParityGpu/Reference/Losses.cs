using ParityGpu.Kernels;

namespace ParityGpu.Reference;

/// <summary>A loss of one sample, from its label y = ±1 and the network's output f.</summary>
public interface ILoss
{
    /// <summary>ℓ(y, f).</summary>
    double Value(double y, double f);

    /// <summary>∂ℓ/∂f.</summary>
    double Slope(double y, double f);
}

/// <summary>max(0, 1 − yf), with slope 0 at yf = 1 (paper, section 3).</summary>
public sealed class Hinge : ILoss
{
    public double Value(double y, double f) => Math.Max(0, 1 - (y * f));

    public double Slope(double y, double f) => y * f < 1 ? -y : 0;
}

/// <summary>(y − f)².</summary>
public sealed class Square : ILoss
{
    public double Value(double y, double f) => (y - f) * (y - f);

    public double Slope(double y, double f) => 2 * (f - y);
}

/// <summary>log(1 + e^(−yf)).</summary>
public sealed class Logistic : ILoss
{
    // For a large negative margin, e^(−yf) alone would overflow.
    public double Value(double y, double f) => Math.Max(0, -y * f) + Math.Log(1 + Math.Exp(-Math.Abs(f)));

    public double Slope(double y, double f) => -y / (1 + Math.Exp(y * f));
}

/// <summary>−yf.</summary>
public sealed class Correlation : ILoss
{
    public double Value(double y, double f) => -y * f;

    public double Slope(double y, double f) => -y;
}

/// <summary>Maps a point's loss to its formulas.</summary>
public static class Losses
{
    public static ILoss Named(Loss name) => name switch
    {
        Loss.Hinge => new Hinge(),
        Loss.Square => new Square(),
        Loss.Logistic => new Logistic(),
        Loss.Correlation => new Correlation(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown loss."),
    };
}
