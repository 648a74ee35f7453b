using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Convergence times of points as numbers, one row per point.</summary>
internal static class TimeTable
{
    public static NumberTable Of(IReadOnlyList<PointRuns> points) => Of(new PlotRequest(points));

    public static NumberTable Of(PlotRequest request)
    {
        IReadOnlyList<PointRuns> points = request.Points;
        var varying = SpecSetting.Varying(points.Select(runs => runs.Point));
        string[] columns = ["min", "q1", "median", "q3", "max", "medianLow", "medianHigh"];
        return new NumberTable(
            [.. varying.Select(setting => setting.Name), "seeds", "solved", "successRate", .. columns.Select(request.Column)],
            from runs in points
            let times = runs.Times
            let median = Bootstrap.Quantile(times, 0.5)
            select (object?[])
            [
                .. varying.Select(setting => setting.ValueOf(runs.Point)), times.Runs, times.Solved, times.SolvedFraction,
                times.Quantile(0), times.Quantile(0.25), times.Quantile(0.5), times.Quantile(0.75), times.Quantile(1), median.Low, median.High,
            ]);
    }
}
