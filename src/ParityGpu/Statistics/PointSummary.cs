using MathNet.Numerics.Statistics;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Summary of a point's runs. Times are in steps; an unsolved run counts as infinitely late. A time that is infinite, or without any run, is null.
/// </summary>
/// <param name="Point">The point.</param>
/// <param name="Seeds">Finished runs.</param>
/// <param name="Solved">Solved runs.</param>
/// <param name="SuccessRate"><see cref="Statistics.SuccessRate"/>; null without runs, like the interval.</param>
/// <param name="SuccessLow">Lower end of its 95 % interval.</param>
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

    /// <summary>Runs whose budget ended before they were solved.</summary>
    public long Budget { get; init; }

    /// <summary>Diverged runs.</summary>
    public long Diverged { get; init; }

    /// <summary>Mean accuracy of the runs that ended, <see cref="PointRuns.Accuracy"/>.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Median number of tasks learned, over the runs that ended; null without records of tasks.</summary>
    public double? TasksLearned { get; init; }

    /// <summary>Runs in flight, censored at their last known step.</summary>
    public long InFlight { get; init; }

    /// <summary>Runs that the logs are for.</summary>
    public long Planned { get; init; }

    /// <summary>The last step at which a run was censored; null if none was.</summary>
    public long? Horizon { get; init; }

    /// <summary>
    /// Whether a null quantile is infinite because too many runs diverged; otherwise it is only known to be beyond <see cref="Horizon"/>.
    /// </summary>
    /// <param name="fraction">0 to 1.</param>
    public bool IsNever(double fraction) => Horizon is null || Diverged > (1 - fraction) * (Seeds + InFlight);

    /// <summary>Summarises a point's runs.</summary>
    public static PointSummary Of(PointRuns runs)
    {
        TimeHistogram times = runs.Times;
        SuccessRate? success = Statistics.SuccessRate.Of(times);
        return new PointSummary(
            runs.Point,
            times.Finished,
            times.Solved,
            success?.Rate,
            success?.Low,
            success?.High,
            times.Quantile(0.5),
            times.Quantile(0.25),
            times.Quantile(0.75),
            times.Quantile(0),
            times.Quantile(1))
        {
            MedianInterval = Bootstrap.Quantile(times, 0.5),
            Budget = times.Budget,
            Diverged = times.Never,
            Accuracy = runs.Accuracy,
            TasksLearned = runs.TasksLearned.Count == 0 ? null : runs.TasksLearned.Select(learned => (double)learned).Median(),
            InFlight = times.InFlight,
            Planned = runs.Planned,
            Horizon = times.Censored > 0 ? times.Censorings[^1].Step : null,
        };
    }
}
