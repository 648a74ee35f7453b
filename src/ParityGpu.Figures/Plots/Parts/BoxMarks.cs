using OxyPlot;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>
/// Box plots: quartiles as a box, the median as a bar, whiskers to the first and the last run. A quartile that unsolved runs push beyond all times
/// has no edge: the box is open there, with an arrow.
/// </summary>
internal sealed class BoxMarks
{
    private const double EdgeThickness = 1.2;

    private readonly RectangleBarSeries boxes;
    private readonly LineSeries medians;
    private readonly LineSeries edges;
    private readonly ScatterSeries arrows;
    private readonly double halfWidth;
    private readonly double top;

    /// <param name="panel">Receives the marks.</param>
    /// <param name="series">Number of the series, for its colour.</param>
    /// <param name="title">Entry of the legend.</param>
    /// <param name="halfWidth">Distance from the middle of a box to its edge.</param>
    /// <param name="top">Where arrows end.</param>
    public BoxMarks(PlotModel panel, int series, string title, double halfWidth, double top)
    {
        this.halfWidth = halfWidth;
        this.top = top;
        boxes = new RectangleBarSeries { Title = title, FillColor = Marks.Faint(series), StrokeThickness = 0 };
        medians = new LineSeries { Color = Marks.Colour(series), StrokeThickness = 3, RenderInLegend = false };
        edges = new LineSeries { Color = Marks.Colour(series), StrokeThickness = EdgeThickness, RenderInLegend = false };
        arrows = new ScatterSeries { MarkerType = MarkerType.Triangle, MarkerSize = 3.5, MarkerFill = Marks.Colour(series), RenderInLegend = false };
        panel.Series.Add(boxes);
        panel.Series.Add(edges);
        panel.Series.Add(arrows);
        panel.Series.Add(medians);
    }

    /// <summary>Adds a box.</summary>
    public void Add(double x, TimeHistogram times)
    {
        (double left, double right) = (x - halfWidth, x + halfWidth);
        double? lower = times.Quantile(0.25);
        double? upper = times.Quantile(0.75);
        if (lower is { } from)
        {
            double to = upper ?? top;
            boxes.Items.Add(new RectangleBarItem(left, from, right, to));
            Segment(edges, (left, from), (right, from));
            Segment(edges, (left, from), (left, to));
            Segment(edges, (right, from), (right, to));
            if (upper is not null)
                Segment(edges, (left, to), (right, to));
        }

        if (times.Quantile(0) is { } first)
        {
            Cap(first);
            Segment(edges, (x, first), (x, lower ?? top));
        }

        if (times.Quantile(1) is { } last)
        {
            Cap(last);
            Segment(edges, (x, upper!.Value), (x, last));
        }
        else if (times.Solved > 0)
        {
            if (upper is { } edge)
                Segment(edges, (x, edge), (x, top));

            arrows.Points.Add(new ScatterPoint(x, top));
        }

        if (times.Quantile(0.5) is { } median)
            Segment(medians, (left, median), (right, median));

        void Cap(double end) => Segment(edges, (x - (halfWidth / 2), end), (x + (halfWidth / 2), end));
    }

    /// <summary>A line segment that is not connected to the next one.</summary>
    public static void Segment(LineSeries line, (double X, double Y) from, (double X, double Y) to)
    {
        line.Points.Add(new DataPoint(from.X, from.Y));
        line.Points.Add(new DataPoint(to.X, to.Y));
        line.Points.Add(DataPoint.Undefined);
    }
}
