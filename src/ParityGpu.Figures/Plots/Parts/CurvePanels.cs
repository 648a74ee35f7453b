using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Panels of training curves on one time axis, a colour for each point and a thin line for each of its runs.</summary>
internal sealed class CurvePanels
{
    /// <summary>Curves drawn of one point.</summary>
    public const int MostCurves = 20;

    private readonly IReadOnlyList<PointRuns> points;
    private readonly IReadOnlyList<SpecSetting> varying;
    private readonly bool logTime;
    private readonly double lastStep;

    public CurvePanels(IReadOnlyList<PointRuns> points)
    {
        this.points = [.. points.Where(runs => runs.Curves.Count > 0)];
        if (this.points.Count == 0)
            throw new UserErrorException("no curves in the log: must be one of a sweep with --curve, such as 'parity sweep --curve log:8'");

        PointSeries.CheckCount(this.points.Count, "points with curves", "colour");

        varying = SpecSetting.Varying(points.Select(runs => runs.Point));
        CurvePoint[] all = [.. this.points.SelectMany(runs => Curves(runs)).SelectMany(curve => curve.Points)];
        lastStep = all.Max(at => (double)at.Step);
        double spacing = all.Where(at => at.Step > 0).Select(at => (double)at.Step).DefaultIfEmpty(1).Min();
        logTime = spacing <= 3 && lastStep > 300;
    }

    /// <summary>Lowest runs drawn of each point, as a text.</summary>
    public string Runs => points.Max(runs => Curves(runs).Count()) is var most && most == 1 ? "one run" : $"up to {most} runs";

    /// <summary>Adds the legend of the points to a panel.</summary>
    public PlotModel Panel(string title, Func<CurvePoint, double> value, PanelScale scale, Func<CurvePoint, double>? second = null, bool legend = false)
    {
        PlotModel panel = Drawing.Panel.Empty();
        panel.PlotMargins = new OxyThickness(78, double.NaN, double.NaN, double.NaN);
        panel.Axes.Add(logTime
            ? Drawing.Panel.Log(AxisPosition.Bottom, "step", 1, lastStep)
            : Drawing.Panel.Linear(AxisPosition.Bottom, "step", 0, lastStep));
        panel.Axes.Add(scale switch
        {
            PanelScale.Accuracy => LinePanel.Accuracy(title),
            _ => Drawing.Panel.Linear(AxisPosition.Left, title),
        });
        if (!legend || points.Count < 2)
            panel.Legends.Clear();

        for (int i = 0; i < points.Count; i++)
        {
            bool first = true;
            foreach (RunCurve curve in Curves(points[i]))
            {
                if (second is not null)
                    panel.Series.Add(Line(i, curve, second, LineStyle.Dash, null));

                panel.Series.Add(Line(i, curve, value, LineStyle.Solid, first ? PointSeries.LabelOf(points[i].Point, varying) : null));
                first = false;
            }
        }

        return panel;
    }

    /// <summary>The curves as numbers, one row a step.</summary>
    public NumberTable Numbers()
    {
        var table = new NumberTable([.. varying.Select(setting => setting.Name), .. CurveGroup.Columns]);
        foreach (PointRuns runs in points)
        {
            object?[] settings = [.. varying.Select(setting => setting.ValueOf(runs.Point))];
            foreach (FinishedRun run in runs.Curves.Take(MostCurves))
            {
                foreach (CurvePoint at in run.Curve!.Points)
                    table.Add([.. settings, .. CurveGroup.Cells(run, at)]);
            }
        }

        return table;
    }

    private static IEnumerable<RunCurve> Curves(PointRuns runs) => runs.Curves.Take(MostCurves).Select(run => run.Curve!);

    private LineSeries Line(int index, RunCurve curve, Func<CurvePoint, double> value, LineStyle dash, string? title)
    {
        var line = new LineSeries
        {
            Title = title,
            RenderInLegend = title is not null,
            LineStyle = dash,
            StrokeThickness = 1.3,
            Color = OxyColor.FromAColor(points[index].Curves.Count > 1 ? (byte)170 : (byte)255, Marks.Colour(index)),
        };
        foreach (CurvePoint at in curve.Points)
        {
            double y = value(at);
            bool drawable = double.IsFinite(y) && (!logTime || at.Step > 0);
            line.Points.Add(drawable ? new DataPoint(at.Step, y) : DataPoint.Undefined);
        }

        return line;
    }
}

/// <summary>Vertical axes of curves.</summary>
internal enum PanelScale
{
    Linear,

    /// <summary>40 to 100 %.</summary>
    Accuracy,
}
