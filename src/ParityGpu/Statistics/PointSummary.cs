using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// What became of a point's runs. Times are in steps; an unsolved run counts as infinitely late, and a time that is
/// infinite, or of no run at all, is null.
/// </summary>
/// <param name="Point">The point.</param>
/// <param name="Seeds">Finished runs.</param>
/// <param name="Solved">Solved runs.</param>
/// <param name="SuccessRate">Solved ÷ finished; null without runs, like the interval.</param>
/// <param name="SuccessLow">Lower end of the 95 % Wilson interval.</param>
/// <param name="SuccessHigh">Upper end.</param>
/// <param name="Median">Median time.</param>
/// <param name="Q1">Lower quartile.</param>
/// <param name="Q3">Upper quartile.</param>
/// <param name="Min">First time.</param>
/// <param name="Max">Last time.</param>
public sealed record PointSummary(
    Point Point,
    long Seeds,
    long Solved,
    double? SuccessRate,
    double? SuccessLow,
    double? SuccessHigh,
    double? Median,
    double? Q1,
    double? Q3,
    double? Min,
    double? Max)
{
    /// <summary>95 % bootstrap interval of the median.</summary>
    public Interval MedianInterval { get; init; }

    /// <summary>Summarises a point's times.</summary>
    public static PointSummary Of(Point point, TimeHistogram times)
    {
        WilsonInterval? interval = times.Runs > 0 ? WilsonInterval.Of(times.Solved, times.Runs) : null;
        return new PointSummary(
            point,
            times.Runs,
            times.Solved,
            times.Runs > 0 ? times.Solved / (double)times.Runs : null,
            interval?.Low,
            interval?.High,
            times.Quantile(0.5),
            times.Quantile(0.25),
            times.Quantile(0.75),
            times.Quantile(0),
            times.Quantile(1))
        {
            MedianInterval = Bootstrap.Quantile(times, 0.5),
        };
    }
}
