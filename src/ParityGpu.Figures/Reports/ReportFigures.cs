using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Reports;

/// <summary>Which figures a report has: those that the swept settings ask for.</summary>
internal static class ReportFigures
{
    public static IEnumerable<Figure> Of(IReadOnlyList<PointRuns> points)
    {
        var request = new PlotRequest(points);
        SpecSetting[] numbers = [.. SpecSetting.Varying(points.Select(runs => runs.Point)).Where(IsAxis)];
        SpecSetting? n = numbers.FirstOrDefault(setting => setting.Name == "n");
        SpecSetting? along = numbers.FirstOrDefault(setting => setting.Name == "width") ?? numbers.FirstOrDefault(setting => setting != n);
        bool anySolved = points.Any(runs => runs.Times.Solved > 0);
        if (anySolved && n is not null && Series(points, n) <= PointSeries.Most)
            yield return ScalingPlot.Draw(request with { X = n });

        if (anySolved && along is not null && Series(points, along) <= PointSeries.Most)
            yield return WidthPlot.Draw(request with { X = along });

        if (numbers.Length >= 2 && points.Any(runs => runs.Times.Solved < runs.Times.Runs) && Maps(points, numbers[0], numbers[1]) <= PointSeries.Most)
            yield return SuccessMapPlot.Draw(request with { X = numbers[0], Y = numbers[1] });

        if (points.Count <= PointSeries.Most)
        {
            yield return SolvedPlot.Draw(request);
            if (anySolved)
                yield return HistogramPlot.Draw(request);

            if (points.Any(runs => runs.Curves.Count > 0))
            {
                yield return CurvesPlot.Draw(request);
                yield return ProgressPlot.Draw(request);
            }
        }
    }

    /// <summary>Settings whose values stand on an axis of numbers above 0.</summary>
    private static bool IsAxis(SpecSetting setting) => setting.Name is "n" or "k" or "width" or "batch" or "lr" or "depth";

    private static int Series(IEnumerable<PointRuns> points, SpecSetting x) => Groups(points, [x]);

    private static int Maps(IEnumerable<PointRuns> points, SpecSetting x, SpecSetting y) => Groups(points, [x, y]);

    private static int Groups(IEnumerable<PointRuns> points, SpecSetting[] without)
    {
        SpecSetting[] others = [.. SpecSetting.Varying(points.Select(runs => runs.Point)).Except(without)];
        return points.Select(runs => PointSeries.LabelOf(runs.Point, others)).Distinct().Count();
    }
}
