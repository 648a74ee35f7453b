namespace ParityGpu.Statistics;

/// <summary>
/// Ratio of medians.
/// </summary>
/// <param name="Ratio">0 or ∞ if one of the two is infinite because runs diverged; null if it is unknown.</param>
/// <param name="Interval">Its bootstrap interval; an end may be known although the ratio is not.</param>
public readonly record struct MedianRatio(double? Ratio, Interval Interval)
{
    /// <summary>B's median over A's: from pairs of runs of one seed if there are any, otherwise from independent samples.</summary>
    public static MedianRatio Of(PointRuns a, PointRuns b) => SeedPairs.Of(a, b) is { } pairs ? Of(pairs) : Of(b.Times, a.Times);

    /// <summary>The first sample's median over the second's, for independent samples.</summary>
    public static MedianRatio Of(TimeHistogram a, TimeHistogram b) =>
        new(RatioOf(a, b), Bootstrap.QuantileRatio(a, b, 0.5));

    /// <summary>B's median over A's, for pairs.</summary>
    public static MedianRatio Of(SeedPairs pairs) =>
        new(RatioOf(pairs.Side(b: true), pairs.Side(b: false)), PairedBootstrap.QuantileRatio(pairs, 0.5));

    private static double? RatioOf(TimeHistogram a, TimeHistogram b) =>
        Median(a) / Median(b) is { } ratio && !double.IsNaN(ratio) ? ratio : null;

    /// <summary>The median; null if it is unknown.</summary>
    private static double? Median(TimeHistogram times) =>
        times.Quantile(0.5) ?? (times.Runs > 0 && 2 * times.Never > times.Runs ? double.PositiveInfinity : null);
}
