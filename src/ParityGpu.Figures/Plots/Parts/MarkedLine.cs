using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Values against a setting with intervals, joined by a line.</summary>
/// <param name="Label">Entry of the legend; empty for a panel without one.</param>
/// <param name="Points">X, value and the ends of its interval; an end is null where it is unknown.</param>
internal sealed record MarkedLine(string Label, IReadOnlyList<(double X, double Y, double? Low, double? High)> Points)
{
    /// <summary>Solved fractions with 95 % Wilson intervals.</summary>
    public static MarkedLine OfRates(PointSeries series) => new(series.Label,
    [
        .. from point in series.Points
        let success = SuccessRate.Of(point.Runs.Times)
        where success is not null
        select (point.X, success.Value.Rate, (double?)success.Value.Low, (double?)success.Value.High),
    ]);

    /// <summary>Medians with 95 % bootstrap intervals; points with more than half of the runs unsolved are omitted.</summary>
    public static MarkedLine OfMedians(PointSeries series) => new(series.Label,
    [
        .. from point in series.Points
        let median = point.Runs.Times.Quantile(0.5)
        where median is not null
        let interval = Bootstrap.Quantile(point.Runs.Times, 0.5)
        select (point.X, median.Value, interval.Low, interval.High),
    ]);

    /// <summary>A panel of lines.</summary>
    /// <param name="title">Above the panel; null for none.</param>
    /// <param name="x">Bottom axis.</param>
    /// <param name="y">Left axis.</param>
    /// <param name="lines">Each is drawn with marks of its own.</param>
    /// <param name="legend">Whether the lines are named beside the panel.</param>
    public static PlotModel Panel(string? title, Axis x, Axis y, IReadOnlyList<MarkedLine> lines, bool legend = true)
    {
        PlotModel panel = Drawing.Panel.Empty(title);
        panel.Axes.Add(x);
        panel.Axes.Add(y);
        if (!legend || lines.Count < 2)
            panel.Legends.Clear();

        for (int i = 0; i < lines.Count; i++)
        {
            var line = new LineSeries
            {
                Title = lines[i].Label,
                Color = Marks.Colour(i),
                LineStyle = Marks.Dash(i),
                StrokeThickness = 1.5,
                MarkerType = Marks.Marker(i),
                MarkerSize = 4.5,
                MarkerFill = Marks.Colour(i),
            };
            var intervals = new LineSeries { Color = Marks.Colour(i), StrokeThickness = 1.2, RenderInLegend = false };
            foreach ((double at, double value, double? low, double? high) in lines[i].Points)
            {
                line.Points.Add(new DataPoint(at, value));
                if (low is { } from && high is { } to && to > from)
                    BoxMarks.Segment(intervals, (at, from), (at, to));
            }

            panel.Series.Add(intervals);
            panel.Series.Add(line);
        }

        return panel;
    }

    /// <summary>Marks a place of the x axis by a dotted line, with a text if there is one.</summary>
    public static void MarkPlace(PlotModel panel, double x, string? text = null) => panel.Annotations.Add(new LineAnnotation
    {
        Type = LineAnnotationType.Vertical,
        X = x,
        Color = OxyColors.Black,
        LineStyle = LineStyle.Dot,
        StrokeThickness = 1.2,
        Text = text,
        TextOrientation = AnnotationTextOrientation.Vertical,
        TextLinePosition = 0.5,
        FontSize = 11,
    });
}
