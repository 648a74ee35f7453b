using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Medians compared with those published in the paper.</summary>
internal static class MedianComparison
{
    /// <summary>One row per point, with the published median and the ratio if there is one.</summary>
    public static NumberTable Table(IReadOnlyList<PointRuns> points, Func<Point, double?> published)
    {
        var varying = SpecSetting.Varying(points.Select(runs => runs.Point));
        return new NumberTable(
            [.. varying.Select(setting => setting.Name), .. Columns],
            from runs in points
            select (object?[])[.. varying.Select(setting => setting.ValueOf(runs.Point)), .. Cells(runs, published(runs.Point))]);
    }

    /// <summary>Names of the columns of <see cref="Cells"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["seeds", "solved", "q1", "median", "q3", "published", "ratio"];

    /// <summary>A point's runs beside the published median.</summary>
    public static IEnumerable<object?> Cells(PointRuns runs, double? published)
    {
        TimeHistogram times = runs.Times;
        double? median = times.Quantile(0.5);
        return [times.Runs, times.Solved, times.Quantile(0.25), median, times.Quantile(0.75), published, median / published];
    }

    /// <summary>Ratios of medians, or of another quantile, to published ones, for the points that have one; infinite if it lies among unsolved runs.</summary>
    public static double[] Ratios(IEnumerable<PointRuns> points, Func<Point, double?> published, double quantile = 0.5) =>
    [
        .. from runs in points
        let value = published(runs.Point)
        where value is not null
        select (runs.Times.Quantile(quantile) ?? double.PositiveInfinity) / value.Value,
    ];

    /// <summary>How many ratios are within a tolerance of 1.</summary>
    public static int Within(double[] ratios, double tolerance) => ratios.Count(ratio => Math.Abs(ratio - 1) <= tolerance);

    /// <summary>One line that says how far medians, or other quantiles, are from the published ones on average and at most.</summary>
    /// <param name="ratios">Ratios to published values.</param>
    /// <param name="values">What the values are called.</param>
    public static string MeanLine(double[] ratios, string values = "medians") => ratios.Length == 0
        ? $"no published {values} at these points"
        : $"mean |log ratio| of {ratios.Length} {values} to the published ones {ratios.Average(ratio => Math.Abs(Math.Log(ratio))):0.000}, "
        + $"ratios {ratios.Min():0.00} to {ratios.Max():0.00}";

    /// <summary>One line that says how many medians are within a fraction of the published ones.</summary>
    /// <param name="ratios">Ratios of medians to published ones.</param>
    /// <param name="tolerance">The fraction.</param>
    /// <param name="medians">What they are called.</param>
    public static string Line(double[] ratios, double tolerance, string medians = "medians") => ratios.Length == 0
        ? "no published medians at these points"
        : $"{Within(ratios, tolerance)} of {ratios.Length} {medians} within {100 * tolerance:0} % of the published ones, "
        + $"ratios {ratios.Min():0.00} to {ratios.Max():0.00}";
}
