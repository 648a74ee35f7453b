using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Median times over the inputs n with fitted power laws (paper, figures 1 right, 2 right and 10).</summary>
internal static class ScalingPlot
{
    public static Figure Draw(PlotRequest request, IReadOnlyList<PublishedSeries>? published = null)
    {
        SpecSetting x = request.X ?? SpecSetting.Find("n")!;
        IReadOnlyList<PointSeries> series = PointSeries.Along(request.Points, x);
        PlotModel panel = Medians(null, series, x, published);
        return request.Figure(
            $"Median convergence time over {SettingNames.Axis(x)}", Caption(request, x, published is { Count: > 0 }), [panel], TimeTable.Of(request.Points));
    }

    /// <summary>A panel of medians and power laws.</summary>
    /// <param name="title">Above the panel; null for none.</param>
    /// <param name="series">A line each.</param>
    /// <param name="x">Setting along the x axis.</param>
    /// <param name="published">Published medians of series with the same labels.</param>
    public static PlotModel Medians(string? title, IReadOnlyList<PointSeries> series, SpecSetting x, IReadOnlyList<PublishedSeries>? published)
    {
        PlotModel panel = Panel.Empty(title);
        panel.Axes.Add(Panel.Log(AxisPosition.Bottom, SettingNames.Axis(x)));
        panel.Axes.Add(Panel.Log(AxisPosition.Left, "median convergence time (steps)"));
        for (int i = 0; i < series.Count; i++)
        {
            AddPublished(panel, i, published?.FirstOrDefault(values => values.Label == series[i].Label));
            AddSeries(panel, i, series[i], x);
        }

        return panel;
    }

    /// <summary>What the marks of <see cref="Medians(string?, IReadOnlyList{PointSeries}, SpecSetting, IReadOnlyList{PublishedSeries}?)"/> mean.</summary>
    public static string Caption(PlotRequest request, SpecSetting x, bool published) =>
        $"Medians of {request.Seeds} seeds with 95 % bootstrap intervals; lines: least-squares power laws t ∝ {Symbol(x)}^a with the "
        + "95 % interval of a; points with more than half of the runs unsolved are left out."
        + (published ? " Open markers: published medians." : "");

    /// <summary>The power law of a series' medians; null with fewer than two of them.</summary>
    public static PowerLawFit? Fit(PointSeries series)
    {
        (double X, double Y)[] medians = [.. Medians(series)];
        return medians.Length < 2 ? null : PowerLawFit.Of(medians);
    }

    private static IEnumerable<(double X, double Y)> Medians(PointSeries series) =>
        from point in series.Points
        let median = point.Runs.Times.Quantile(0.5)
        where median is not null
        select (point.X, median.Value);

    /// <summary>The 95 % interval of the exponent after a space; nothing where it is not known.</summary>
    public static string ExponentInterval(PowerLawFit fit) => fit.ExponentInterval is { Low: { } low, High: { } high }
        ? string.Create(CultureInfo.InvariantCulture, $" [{low:0.00}, {high:0.00}]")
        : "";

    private static string Symbol(SpecSetting x) => SettingNames.Label(x, "1").Split(' ')[0];

    private static void AddSeries(PlotModel panel, int index, PointSeries series, SpecSetting x)
    {
        PowerLawFit? fit = Fit(series);
        string law = fit is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Symbol(x)}^{{{fit.Exponent:0.00}}}")
            + ExponentInterval(fit);
        var line = new LineSeries { Color = Marks.Colour(index), LineStyle = Marks.Dash(index), StrokeThickness = 1.5, RenderInLegend = false };
        var medians = new LineSeries
        {
            Title = series.Label.Length == 0 ? law : law.Length == 0 ? series.Label : $"{series.Label}: {law}",
            Color = OxyColors.Transparent,
            MarkerType = Marks.Marker(index),
            MarkerSize = 4.5,
            MarkerFill = Marks.Colour(index),
        };
        var intervals = new LineSeries { Color = Marks.Colour(index), StrokeThickness = 1.2, RenderInLegend = false };
        foreach ((double at, PointRuns runs) in series.Points)
        {
            if (runs.Times.Quantile(0.5) is not { } median)
                continue;

            medians.Points.Add(new DataPoint(at, median));
            if (fit is not null)
                line.Points.Add(new DataPoint(at, fit.At(at)));

            if (Bootstrap.Quantile(runs.Times, 0.5) is { Low: { } from, High: { } to } && to > from)
                BoxMarks.Segment(intervals, (at, from), (at, to));
        }

        panel.Series.Add(line);
        panel.Series.Add(intervals);
        panel.Series.Add(medians);
    }

    private static void AddPublished(PlotModel panel, int index, PublishedSeries? published)
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
            medians.Points.Add(new ScatterPoint(x, median));

        panel.Series.Add(medians);
    }
}
