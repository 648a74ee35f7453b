using OxyPlot;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Box plots on a logarithmic x axis: quartiles as a box, the median as a bar, whiskers to the first and the last run.</summary>
internal sealed class BoxMarks
{
    private readonly RectangleBarSeries boxes;
    private readonly LineSeries medians;
    private readonly LineSeries whiskers;
    private readonly double halfWidth;

    /// <param name="panel">Receives the marks.</param>
    /// <param name="series">Number of the series, for its colour.</param>
    /// <param name="title">Entry of the legend.</param>
    /// <param name="halfWidth">Factor from the middle of a box to its edge.</param>
    public BoxMarks(PlotModel panel, int series, string title, double halfWidth)
    {
        this.halfWidth = halfWidth;
        boxes = new RectangleBarSeries
        {
            Title = title,
            FillColor = Marks.Faint(series),
            StrokeColor = Marks.Colour(series),
            StrokeThickness = 1.2,
        };
        medians = new LineSeries { Color = Marks.Colour(series), StrokeThickness = 3, RenderInLegend = false };
        whiskers = new LineSeries { Color = Marks.Colour(series), StrokeThickness = 1.2, RenderInLegend = false };
        panel.Series.Add(whiskers);
        panel.Series.Add(boxes);
        panel.Series.Add(medians);
    }

    /// <summary>Adds a box; what unsolved runs push to infinity ends at <paramref name="limit"/>.</summary>
    public void Add(double x, TimeHistogram times, double limit)
    {
        double At(double fraction) => times.Quantile(fraction) ?? limit;
        double left = x / halfWidth;
        double right = x * halfWidth;
        boxes.Items.Add(new RectangleBarItem(left, At(0.25), right, At(0.75)));
        Segment(whiskers, (x, At(0)), (x, At(0.25)));
        Segment(whiskers, (x, At(0.75)), (x, At(1)));
        double cap = Math.Sqrt(halfWidth);
        foreach (double end in new[] { At(0), At(1) })
            Segment(whiskers, (x / cap, end), (x * cap, end));

        if (times.Quantile(0.5) is { } median)
            Segment(medians, (left, median), (right, median));
    }

    /// <summary>A piece of a line that does not go on to the next piece.</summary>
    public static void Segment(LineSeries line, (double X, double Y) from, (double X, double Y) to)
    {
        line.Points.Add(new DataPoint(from.X, from.Y));
        line.Points.Add(new DataPoint(to.X, to.Y));
        line.Points.Add(DataPoint.Undefined);
    }
}
