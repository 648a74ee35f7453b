namespace ParityGpu.Statistics;

/// <summary>
/// A confidence interval.
/// </summary>
/// <param name="Low">Lower end; null where it is infinite, as a time that no run has reached is, or unknown.</param>
/// <param name="High">Upper end; null likewise.</param>
public readonly record struct Interval(double? Low, double? High)
{
    /// <summary>The interval that says nothing.</summary>
    public static Interval Unknown => default;
}
