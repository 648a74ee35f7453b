using System.Globalization;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Medians beside those that the paper publishes.</summary>
internal static class MedianComparison
{
    /// <summary>One row a point, with the published median and the ratio where there is one.</summary>
    public static NumberTable Table(IReadOnlyList<PointRuns> points, Func<Point, double?> published)
    {
        var varying = SettingNames.Varying(points.Select(runs => runs.Point));
        var table = new NumberTable([.. varying.Select(setting => setting.Name), "seeds", "solved", "q1", "median", "q3", "published", "ratio"]);
        foreach (PointRuns runs in points)
        {
            double? median = runs.Times.Quantile(0.5);
            double? value = published(runs.Point);
            table.Add(
            [
                .. varying.Select(setting => SettingNames.Value(setting, runs.Point)), runs.Times.Runs, runs.Times.Solved,
                runs.Times.Quantile(0.25), median, runs.Times.Quantile(0.75), value, median / value,
            ]);
        }

        return table;
    }

    /// <summary>How many medians are within a fraction of the published ones, in a line.</summary>
    public static string Line(IReadOnlyList<PointRuns> points, Func<Point, double?> published, double tolerance)
    {
        double[] ratios =
        [
            .. from runs in points
            let value = published(runs.Point)
            where value is not null
            select (runs.Times.Quantile(0.5) ?? double.PositiveInfinity) / value.Value,
        ];
        return ratios.Length == 0 ? "no published medians at these points" : string.Create(
            CultureInfo.InvariantCulture,
            $"{ratios.Count(ratio => Math.Abs(ratio - 1) <= tolerance)} of {ratios.Length} medians within {100 * tolerance:0} % of the published ones, "
            + $"ratios {ratios.Min():0.00} to {ratios.Max():0.00}");
    }
}
