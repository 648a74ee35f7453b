using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Reports;

/// <summary>Every figure that can be drawn from the points of a report, and why the others are omitted.</summary>
internal sealed class ReportFigures
{
    private readonly List<Figure> drawn = [];
    private readonly List<string> leftOut = [];

    public ReportFigures(IReadOnlyList<PointRuns> points)
    {
        var request = new PlotRequest(points);
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(points.Select(runs => runs.Point));
        bool anySolved = points.Any(runs => runs.Times.Solved > 0);
        Try("medians (scaling)", anySolved ? null : "no run is solved", () => ScalingPlot.Draw(request));
        SpecSetting[] along = varying.Count > 0 ? [.. varying] : [request.Along("width")];
        foreach (SpecSetting x in along)
            Try($"boxes over {x.Option[2..]} (width)", anySolved ? null : "no run is solved", () => WidthPlot.Draw(request with { X = x }));

        bool anyUnsolved = points.Any(runs => runs.Times.Solved < runs.Times.Runs);
        if (varying.Count < 2)
            leftOut.Add("success maps: they need two settings that vary");
        foreach ((SpecSetting x, SpecSetting y) in varying.SelectMany((x, i) => varying.Skip(i + 1).Select(y => (x, y))))
        {
            Try(
                $"success over {x.Option[2..]} and {y.Option[2..]} (success-map)", anyUnsolved ? null : "all runs are solved",
                () => SuccessMapPlot.Draw(request with { X = x, Y = y }));
        }

        Try("solved runs over time (solved)", null, () => SolvedPlot.Draw(request));
        Try("histograms (histogram)", anySolved ? null : "no run is solved", () => HistogramPlot.Draw(request));
        Try("training curves (curves)", null, () => CurvesPlot.Draw(request));
        Try("hidden progress (progress)", null, () => ProgressPlot.Draw(request));
        if (points.Any(runs => runs.Point.Tasks != TaskList.None))
            Try("when tasks are learned (tasks)", null, () => TasksPlot.Draw(request));
    }

    public IReadOnlyList<Figure> Drawn => drawn;

    /// <summary>Omitted figures, by the kind's name in 'parity plot', with the reason.</summary>
    public IReadOnlyList<string> LeftOut => leftOut;

    private void Try(string name, string? reason, Func<Figure> draw)
    {
        try
        {
            if (reason is null)
                drawn.Add(draw());
        }
        catch (UserErrorException e)
        {
            reason = e.Message;
        }

        if (reason is not null)
            leftOut.Add($"{name}: {reason}");
    }
}
