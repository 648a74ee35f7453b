using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Plots;

/// <summary>A panel of lines over two axes, a colour and a dash for each group of runs.</summary>
internal sealed class LinePanel
{
    private readonly bool logX;
    private readonly bool logY;

    public LinePanel(string? title, Axis x, Axis y)
    {
        Model = Panel.Empty(title);
        Model.Axes.Add(x);
        Model.Axes.Add(y);
        logX = x is LogarithmicAxis;
        logY = y is LogarithmicAxis;
    }

    /// <summary>The panel to draw.</summary>
    public PlotModel Model { get; }

    /// <summary>Accuracy from a least one to 100 %.</summary>
    public static LinearAxis Accuracy(string title = "held-out accuracy", double least = 0.4)
    {
        LinearAxis axis = Panel.Percent(AxisPosition.Left, title, least);
        axis.Maximum = 1.02;
        axis.MajorStep = 0.1;
        axis.MinorTickSize = 0;
        return axis;
    }

    /// <summary>Steps from 0 to the last one.</summary>
    public static LinearAxis Steps(double last)
    {
        LinearAxis axis = Panel.Linear(AxisPosition.Bottom, "step", 0, last);
        axis.MaximumPadding = 0;
        return axis;
    }

    /// <summary>Steps from a first one to the last one, on a logarithmic scale.</summary>
    public static LogarithmicAxis LogSteps(double first, double last) => Panel.Log(AxisPosition.Bottom, "step", first, last);

    /// <summary>A panel of a value against steps for every run of a group, each in a colour of its own.</summary>
    public static PlotModel OfRuns(string? title, CurveGroup group, Axis y, Func<CurvePoint, double> value)
    {
        LinePanel panel = new LinePanel(title, Steps(group.LastStep), y).Plain();
        foreach ((int look, FinishedRun run) in group.Runs.Index())
            panel.Curves(group with { Runs = [run] }, look, value);

        return panel.Model;
    }

    /// <summary>Removes the legend.</summary>
    public LinePanel Plain()
    {
        Model.Legends.Clear();
        return this;
    }

    /// <summary>Puts the legend in one row below the axis, where it takes no width from narrow panels.</summary>
    public LinePanel LegendBelow()
    {
        Legend legend = (Legend)Model.Legends[0];
        legend.LegendPosition = LegendPosition.BottomCenter;
        legend.LegendOrientation = LegendOrientation.Horizontal;
        legend.LegendFontSize = 11;
        legend.LegendSymbolLength = 26;
        return this;
    }

    /// <summary>Draws a value against steps for every run of a group.</summary>
    /// <param name="group">Runs.</param>
    /// <param name="look">Number of the colour and the dash.</param>
    /// <param name="value">What is drawn.</param>
    /// <param name="label">Name in the legend, or null for none.</param>
    /// <param name="dash">Dash, if not that of the number.</param>
    /// <param name="x">What it is drawn against, if not the step.</param>
    public LinePanel Curves(
        CurveGroup group,
        int look,
        Func<CurvePoint, double> value,
        string? label = null,
        LineStyle? dash = null,
        Func<FinishedRun, CurvePoint, double>? x = null)
    {
        foreach (FinishedRun run in group.Runs)
        {
            Add(run.Curve!.Points.Select(at => (x?.Invoke(run, at) ?? at.Step, value(at))), look, label, dash, group.Runs.Count > 1 ? 1.1 : 1.6);
            label = null;
        }

        return this;
    }

    /// <summary>Draws a line through points; those that are not finite, or not positive on a logarithmic axis, interrupt it.</summary>
    public LinePanel Add(
        IEnumerable<(double X, double Y)> points, int look, string? label = null, LineStyle? dash = null, double thickness = 1.6, bool markers = false)
    {
        var line = new LineSeries
        {
            Title = label,
            RenderInLegend = label is not null,
            StrokeThickness = thickness,
            Color = Marks.Colour(look),
            LineStyle = dash ?? Marks.Dash(look),
            MarkerType = markers ? Marks.Marker(look) : MarkerType.None,
            MarkerSize = 3.5,
            MarkerFill = Marks.Colour(look),
        };
        foreach ((double x, double y) in points)
        {
            bool drawable = double.IsFinite(x) && double.IsFinite(y) && (!logX || x > 0) && (!logY || y > 0);
            line.Points.Add(drawable ? new DataPoint(x, y) : DataPoint.Undefined);
        }

        Model.Series.Add(line);
        return this;
    }

    /// <summary>Draws published or exact values as open black markers.</summary>
    public LinePanel Open(IEnumerable<(double X, double Y)> points, string label, MarkerType marker = MarkerType.Circle)
    {
        var series = new ScatterSeries
        {
            Title = label,
            MarkerType = marker,
            MarkerSize = 5,
            MarkerFill = OxyColors.Transparent,
            MarkerStroke = Marks.Published,
            MarkerStrokeThickness = 1.2,
        };
        series.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        Model.Series.Add(series);
        return this;
    }
}
