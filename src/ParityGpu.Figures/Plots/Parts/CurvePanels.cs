using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>Panels of training curves on one time axis, a colour for each point and a thin line for each of its runs.</summary>
internal sealed class CurvePanels
{
    /// <summary>Maximum number of curves read for one point.</summary>
    public const int MostCurves = 20;

    /// <summary>Maximum number of curves in a panel; more hide each other.</summary>
    private const int MostInPanel = 60;

    private readonly PlotRequest request;
    private readonly IReadOnlyList<PointRuns> points;
    private readonly IReadOnlyList<SpecSetting> varying;
    private readonly AxisScale time;
    private readonly double lastStep;
    private readonly int each;

    public CurvePanels(PlotRequest request)
    {
        this.request = request;
        points = [.. request.Points.Where(runs => runs.Curves.Count > 0)];
        if (points.Count == 0)
            throw new UserErrorException("no curves in the log; must be the log of a sweep with --curve, such as 'parity sweep --curve log:8'");

        PointSeries.CheckCount(points.Count, "points with curves", "colour");

        each = Math.Min(MostCurves, Math.Max(1, MostInPanel / points.Count));
        varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        CurvePoint[] all = [.. points.SelectMany(Curves).SelectMany(curve => curve.Points)];
        lastStep = Math.Max(1, all.Max(at => (double)at.Step));
        double spacing = all.Where(at => at.Step > 0).Select(at => (double)at.Step).DefaultIfEmpty(1).Min();
        time = request.XScale ?? (spacing * 100 < lastStep && Halves(all) ? AxisScale.Log : AxisScale.Linear);
    }

    /// <summary>Which runs of each point are drawn, as a text.</summary>
    public string Runs => points.Max(runs => Curves(runs).Count()) is var most && most == 1 ? "one run of each setting" : $"the first {most} runs of each setting";

    /// <summary>A panel over the common time axis.</summary>
    public PlotModel Panel(string title, Func<CurvePoint, double> value, PanelScale scale, Func<CurvePoint, double>? second = null)
    {
        PlotModel panel = Drawing.Panel.Empty();
        string label = request.Time == TimeUnit.Samples ? "samples drawn" : "step";
        Axis steps = Drawing.Panel.Scaled(time, AxisPosition.Bottom, label, FirstStep, lastStep);
        steps.MaximumPadding = 0;
        panel.Axes.Add(steps);
        panel.Axes.Add(scale == PanelScale.Accuracy ? LinePanel.Accuracy(title, LeastAccuracy(value, second))
            : request.YScale == AxisScale.Log ? Drawing.Panel.Log(AxisPosition.Left, title)
            : Drawing.Panel.Linear(AxisPosition.Left, title));
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

    /// <summary>Panels of the norms of all parameters, if curves have them.</summary>
    public IEnumerable<PlotModel> Norms() => points.SelectMany(Curves).Any(curve => curve.HasNorms)
        ?
        [
            Panel("‖w‖₁", at => at.Norms.L1, PanelScale.Chosen),
            Panel("‖w‖₂", at => at.Norms.L2, PanelScale.Chosen),
            Panel("max |w|", at => at.Norms.Largest, PanelScale.Chosen),
        ]
        : [];

    /// <summary>The curves as numbers, one row per step.</summary>
    public NumberTable Numbers()
    {
        CurveMeasure[] measures = CurveMeasure.Of(points.SelectMany(Curves));
        return new NumberTable(
            [.. varying.Select(setting => setting.Name), .. CurveGroup.Columns(measures).Select(name => name == "step" ? request.StepColumn : name)],
            from runs in points
            let settings = varying.Select(setting => setting.ValueOf(runs.Point)).ToArray()
            from run in runs.Curves.Take(each)
            from at in run.Curve!.Points
            select (object?[])[.. settings, .. CurveGroup.Cells(measures, run, at)]);
    }

    /// <summary>
    /// Panels for held-out samples: accuracy if labels are ±1; mean square loss and the coefficient of each monomial if they are real numbers.
    /// </summary>
    /// <param name="accuracy">Title of the accuracy panel.</param>
    /// <param name="second">A second line in it, dashed.</param>
    public IEnumerable<PlotModel> HeldOut(string accuracy, Func<CurvePoint, double>? second = null)
    {
        Target[] polynomials = [.. points.Select(runs => runs.Point.Target).Where(target => !target.IsParity).Distinct()];
        if (points.Any(runs => runs.Point.Target.IsParity))
            yield return Panel(accuracy, at => at.Accuracy, PanelScale.Accuracy, second);

        if (polynomials.Length > 0)
            yield return Panel("held-out loss", at => at.Loss, PanelScale.Chosen);

        for (int monomial = 0; monomial < polynomials.Select(target => target.Monomials.Length).DefaultIfEmpty(0).Max(); monomial++)
        {
            int place = monomial;
            string[] names = [.. polynomials.Where(target => target.Monomials.Length > place).Select(target => target.Monomials[place].Name).Distinct()];
            yield return Panel($"coefficient of {string.Join(" or ", names)}", at => at.Means.Of(place), PanelScale.Chosen);
        }
    }

    private double FirstStep => points.SelectMany(Curves).SelectMany(curve => curve.Points).Where(at => at.Step > 0).Select(at => (double)at.Step).DefaultIfEmpty(1).Min();

    private IEnumerable<RunCurve> Curves(PointRuns runs) => runs.Curves.Take(each).Select(run => run.Curve!);

    /// <summary>Whether half of the points lie in the first tenth of the steps: curves that were logged on a logarithmic scale.</summary>
    private bool Halves(CurvePoint[] all) => all.Count(at => at.Step < lastStep / 10) * 2 > all.Length;

    /// <summary>40 %, or less if an accuracy falls below it.</summary>
    private double LeastAccuracy(params Func<CurvePoint, double>?[] values)
    {
        double least = points.SelectMany(Curves).SelectMany(curve => curve.Points)
            .SelectMany(at => values.OfType<Func<CurvePoint, double>>().Select(value => value(at))).Where(double.IsFinite).DefaultIfEmpty(1).Min();
        return Math.Clamp(Math.Floor(least * 10) / 10, 0, 0.4);
    }

    private LineSeries Line(int index, RunCurve curve, Func<CurvePoint, double> value, LineStyle dash, string? title)
    {
        var line = new LineSeries
        {
            Title = title,
            RenderInLegend = title is not null,
            LineStyle = dash,
            StrokeThickness = 1.3,
            Decimator = Decimator.Decimate,
            Color = OxyColor.FromAColor(each > 1 && points[index].Curves.Count > 1 ? (byte)170 : (byte)255, Marks.Colour(index)),
        };
        foreach (CurvePoint at in curve.Points)
        {
            double y = value(at);
            bool drawable = double.IsFinite(y) && (time == AxisScale.Linear || at.Step > 0) && (y > 0 || request.YScale != AxisScale.Log);
            line.Points.Add(drawable ? new DataPoint(at.Step, y) : DataPoint.Undefined);
        }

        return line;
    }
}

/// <summary>Vertical axes of curves.</summary>
internal enum PanelScale
{
    /// <summary>As requested, or linear.</summary>
    Chosen,

    /// <summary>Up to 100 %.</summary>
    Accuracy,
}
