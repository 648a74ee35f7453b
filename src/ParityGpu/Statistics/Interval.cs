namespace ParityGpu.Statistics;

/// <summary>
/// A confidence interval.
/// </summary>
/// <param name="Low">Lower end; null if it is unknown or infinite, like a time that no run has reached.</param>
/// <param name="High">Upper end; null likewise.</param>
public readonly record struct Interval(double? Low, double? High)
{
    /// <summary>An unknown interval.</summary>
    public static Interval Unknown => default;
}
