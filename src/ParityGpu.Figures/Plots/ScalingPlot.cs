using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Median times against the number of inputs n with fitted power laws (paper, figures 1 right, 2 right and 10).</summary>
internal static class ScalingPlot
{
    /// <summary>Number of points on a line that is curved on linear axes.</summary>
    private const int Corners = 60;

    /// <summary>Fraction of the distance between two places over which the medians at one place are spread side by side.</summary>
    private const double Beside = 0.2;

    public static Figure Draw(PlotRequest request, IReadOnlyList<PublishedSeries>? published = null)
    {
        SpecSetting x = request.Along("n");
        IReadOnlyList<PointSeries> series = PointSeries.Along(request.Points, x);
        PlotModel panel = Medians(null, series, x, published, request);
        return request.Figure(
            $"Median convergence time over {SettingNames.Axis(x)}", Caption(request, x, published is { Count: > 0 }), [panel], TimeTable.Of(request)) with
        {
            SharedLegend = true,
        };
    }

    /// <summary>A panel of medians and power laws.</summary>
    /// <param name="title">Above the panel; null for none.</param>
    /// <param name="series">Series, one line each.</param>
    /// <param name="x">Setting along the x axis.</param>
    /// <param name="published">Published medians of series with the same labels.</param>
    /// <param name="request">Scales and unit of time; null for steps on logarithmic axes.</param>
    public static PlotModel Medians(
        string? title, IReadOnlyList<PointSeries> series, SpecSetting x, IReadOnlyList<PublishedSeries>? published, PlotRequest? request = null)
    {
        PlotModel panel = Panel.Empty(title);
        var axis = new SettingAxis(x, series.SelectMany(each => each.Points).Select(point => point.Runs.Point), request?.XScale);
        panel.Axes.Add(axis);
        panel.Axes.Add(Panel.Scaled(request?.YScale ?? AxisScale.Log, AxisPosition.Left, $"median convergence time ({request?.Unit ?? "steps"})"));
        for (int i = 0; i < series.Count; i++)
        {
            double shift = (i - ((series.Count - 1) / 2.0)) * axis.Closest * Beside / series.Count;
            AddPublished(panel, axis, i, shift, published?.FirstOrDefault(values => values.Label == series[i].Label));
            AddSeries(panel, axis, i, shift, series[i]);
        }

        axis.MarkBreaks(panel);

        return panel;
    }

    /// <summary>
    /// What the marks of <see cref="Medians(string?, IReadOnlyList{PointSeries}, SpecSetting, IReadOnlyList{PublishedSeries}?, PlotRequest?)"/> mean.
    /// </summary>
    public static string Caption(PlotRequest request, SpecSetting x, bool published) =>
        $"Medians of {request.Seeds} with 95 % bootstrap intervals"
        + (HasNumbers(request.Points, x) ? $"; lines: least-squares power laws t ∝ {Symbol(x)}^a with the 95 % interval of a" : "")
        + "; points with more than half of the runs unsolved are left out. Where there are several series, their medians stand side by side around x."
        + (request.Points.All(runs => runs.Times.Quantile(0.5) is null) ? " None has a median." : "")
        + (published ? " Open markers: published medians." : "");

    private static bool HasNumbers(IReadOnlyList<PointRuns> points, SpecSetting x) =>
        points.Select(runs => x.ValueOf(runs.Point)).Distinct().Count(value => SettingAxis.Number(value) > 0) > 1;

    /// <summary>The power law of a series' medians where x is a number above 0; null with fewer than two of them.</summary>
    public static PowerLawFit? Fit(PointSeries series)
    {
        (double X, double Y)[] medians = [.. Medians(series)];
        return medians.Length < 2 ? null : PowerLawFit.Of(medians);
    }

    private static IEnumerable<(double X, double Y)> Medians(PointSeries series) =>
        from point in series.Points
        let median = point.Runs.Times.Quantile(0.5)
        where median > 0 && point.X > 0
        select (point.X, median.Value);

    /// <summary>The 95 % interval of the exponent after a space; empty if it is unknown.</summary>
    public static string ExponentInterval(Interval interval) => interval is { Low: { } low, High: { } high }
        ? $" [{low:0.00}, {high:0.00}]" : "";

    private static string Symbol(SpecSetting x) => SettingNames.Label(x, "1").Split(' ')[0];

    private static void AddSeries(PlotModel panel, SettingAxis axis, int index, double shift, PointSeries series)
    {
        PowerLawFit? fit = Fit(series);
        string law = fit is null ? "" : $"{Symbol(axis.Setting)}^{{{fit.Exponent + 0.0:0.00}}}{ExponentInterval(fit.ExponentInterval)}";
        var medians = new LineSeries
        {
            Title = series.Label.Length == 0 ? law : law.Length == 0 ? series.Label : $"{series.Label}: {law}",
            Color = OxyColors.Transparent,
            MarkerType = Marks.Marker(index),
            MarkerSize = 4.5,
            MarkerFill = Marks.Colour(index),
        };
        var intervals = new LineSeries { Color = Marks.Colour(index), StrokeThickness = 1.2, RenderInLegend = false };
        foreach ((_, PointRuns runs) in series.Points)
        {
            if (runs.Times.Quantile(0.5) is not { } median)
                continue;

            double place = axis.PlaceOf(runs.Point) + shift;
            medians.Points.Add(new DataPoint(place, median));
            if (Bootstrap.Quantile(runs.Times, 0.5) is { Low: { } from, High: { } to } && to > from)
                BoxMarks.Segment(intervals, (place, from), (place, to));
        }

        if (fit is not null)
            panel.Series.Add(Law(axis, index, fit, [.. Medians(series).Select(median => median.X)]));

        panel.Series.Add(intervals);
        panel.Series.Add(medians);
    }

    private static LineSeries Law(SettingAxis axis, int index, PowerLawFit fit, double[] x)
    {
        var line = new LineSeries { Color = Marks.Colour(index), LineStyle = Marks.Dash(index), StrokeThickness = 1.5, RenderInLegend = false };
        foreach (double at in axis.Between(x.Min(), x.Max(), Corners))
            line.Points.Add(new DataPoint(axis.At(at), fit.At(at)));

        return line;
    }

    private static void AddPublished(PlotModel panel, SettingAxis axis, int index, double shift, PublishedSeries? published)
    {
        if (published is null)
            return;

        var medians = new ScatterSeries
        {
            MarkerType = Marks.Marker(index),
            MarkerSize = 3.5,
            MarkerFill = OxyColors.Transparent,
            MarkerStroke = OxyColors.Black,
            MarkerStrokeThickness = 0.9,
            RenderInLegend = false,
        };
        foreach ((double x, double median, _, _) in published.Points)
            medians.Points.Add(new ScatterPoint(axis.At(x) + shift, median));

        panel.Series.Add(medians);
    }
}
