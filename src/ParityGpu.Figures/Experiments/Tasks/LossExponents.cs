using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// The exponents with which the mean loss falls with width and with steps, over the exponent α of the tasks' frequencies, beside those of Michaud et al.
/// 2023.
/// </summary>
internal sealed class LossExponents
{
    /// <summary>
    /// Points of a curve per factor of e to which the power law over steps is fitted, so that early steps count as much as late ones.
    /// </summary>
    private const double FitDensity = 4;

    /// <summary>Distance between the marks of measured and published exponents, in α.</summary>
    private const double Shift = 0.006;

    private readonly Measured[] measured;

    /// <param name="points">A point for each width and α.</param>
    /// <param name="loss">The loss of a run for the law over widths; 0 if it has none.</param>
    public LossExponents(IReadOnlyList<PointRuns> points, Func<FinishedRun, double> loss) => measured =
    [
        .. from point in points
           group point by point.Point.Zipf into widths
           orderby widths.Key
           select new Measured(widths.Key, new LossOver("width", [.. widths], at => at.Width, loss), OverSteps(widths.MaxBy(point => point.Point.Width)!)),
    ];

    private sealed record Measured(double Alpha, LossOver Widths, StudentMean? Steps);

    /// <summary>The published exponents.</summary>
    public static IReadOnlyList<(double Alpha, double Widths, double Steps)> Published { get; } =
    [
        (0.1, -0.229, -0.228),
        (0.2, -0.283, -0.267),
        (0.3, -0.339, -0.307),
        (0.4, -0.378, -0.346),
        (0.5, -0.454, -0.376),
        (0.6, -0.503, -0.422),
        (0.7, -0.571, -0.468),
        (0.8, -0.608, -0.482),
    ];

    /// <summary>The mean over a point's runs of the exponents of their mean losses, from the step at which any of them learned the first task.</summary>
    public static StudentMean? OverSteps(PointRuns runs)
    {
        double first = runs.Curves.Select(run => run.Curve!.Tasks[0].LearnedStep()).Min() ?? 1;
        return StudentMean.Of(runs.Curves.Select(run => OverSteps(run, first)).OfType<double>());
    }

    /// <summary>The mean loss over width at a measured α.</summary>
    public LossOver OverWidths(double alpha) => measured.First(at => at.Alpha == alpha).Widths;

    /// <summary>The panel.</summary>
    public PlotModel Draw()
    {
        var panel = new LinePanel("exponents of the mean loss", Panel.Linear(AxisPosition.Bottom, "α"), Panel.Linear(AxisPosition.Left, "exponent"));
        Add(panel, 0, "width", at => at.Widths.Exponent);
        Add(panel, 1, "steps", at => at.Steps);
        panel.Open(Published.Select(at => (at.Alpha + Shift, at.Widths)), "width, published");
        panel.Open(Published.Select(at => (at.Alpha + Shift, at.Steps)), "steps, published", MarkerType.Square);
        return panel.LegendBelow().Model;
    }

    /// <summary>The exponents in one line.</summary>
    public override string ToString() => string.Join("; ", measured.Select(at => $"α = {at.Alpha}: width^{at.Widths.Exponent}, steps^{at.Steps}"));

    private void Add(LinePanel panel, int look, string title, Func<Measured, StudentMean?> exponent)
    {
        var intervals = new LineSeries { Color = Marks.Colour(look), StrokeThickness = 1.2, RenderInLegend = false };
        foreach (Measured at in measured)
        {
            if (exponent(at)?.Interval is { Low: { } low, High: { } high })
                BoxMarks.Segment(intervals, (at.Alpha, low), (at.Alpha, high));
        }

        panel.Add(measured.Where(at => exponent(at) is not null).Select(at => (at.Alpha, exponent(at)!.Mean)), look, title, markers: true);
        panel.Model.Series.Add(intervals);
    }

    /// <summary>The exponent of a run's mean loss from a step on.</summary>
    private static double? OverSteps(FinishedRun run, double from)
    {
        var points = new List<(double X, double Y)>();
        foreach (CurvePoint at in run.Curve!.Points.Where(at => at.Step >= from && at.Loss > 0 && float.IsFinite(at.Loss)))
        {
            if (points.Count == 0 || Math.Log(at.Step / points[^1].X) >= 1 / FitDensity)
                points.Add((at.Step, at.Loss));
        }

        return PowerLawFit.Of(points)?.Exponent;
    }
}
