using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>The fraction of runs that are solved by a step: Kaplan–Meier curves with their bands.</summary>
internal static class SolvedPlot
{
    /// <summary>More corners than pixels only make files larger.</summary>
    private const int MostCorners = 800;

    /// <summary>More overlapping bands hide each other and the curves.</summary>
    private const int MostBands = 7;

    public static Figure Draw(PlotRequest request)
    {
        PointSeries.CheckCount(request.Points.Count, "points", "curve");

        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        var numbers = new NumberTable([.. varying.Select(setting => setting.Name), request.StepColumn, "atRisk", "solved", "fraction", "low", "high"]);
        PlotModel panel = Panel.Empty();
        AxisScale scale = request.XScale ?? AxisScale.Log;
        Axis time = Panel.Scaled(scale, AxisPosition.Bottom, request.Time == TimeUnit.Samples ? "samples drawn" : "step t");
        panel.Axes.Add(time);
        panel.Axes.Add(Panel.Rates(AxisPosition.Left, "runs solved by then"));
        bool none = request.Points.All(runs => runs.Times.Solved == 0);
        bool bands = request.Points.Count <= MostBands;
        double start = scale == AxisScale.Linear ? 0
            : request.Points.Where(runs => runs.Times.Solved > 0).Select(runs => (double)runs.Times.Times[0].Step).DefaultIfEmpty(1).Min();

        for (int i = 0; i < request.Points.Count; i++)
        {
            PointRuns runs = request.Points[i];
            IReadOnlyList<KaplanMeierStep> steps = KaplanMeier.Of(runs.Times).Steps;
            foreach (KaplanMeierStep step in steps)
            {
                numbers.Add(
                [
                    .. varying.Select(setting => setting.ValueOf(runs.Point)),
                    step.Step, step.AtRisk, step.Solved, step.SolvedFraction, step.Band.Low, step.Band.High,
                ]);
            }

            AddCurve(panel, i, PointSeries.LabelOf(runs.Point, varying), steps, runs, start, bands);
        }

        string caption = $"Kaplan–Meier estimates{(bands ? " with 95 % bands" : "; their 95 % bands are among the numbers")}, {request.Seeds} each; runs that reached the step limit are censored there."
            + (none ? " No run was solved." : "");
        return request.Figure("Solved runs over time", caption, [panel], numbers) with { SharedLegend = true };
    }

    private static void AddCurve(PlotModel panel, int index, string label, IReadOnlyList<KaplanMeierStep> steps, PointRuns runs, double start, bool bands)
    {
        var band = new AreaSeries { Fill = OxyColor.FromAColor(45, Marks.Colour(index)), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, RenderInLegend = false };
        var curve = new LineSeries { Title = label, Color = Marks.Colour(index), LineStyle = Marks.Dash(index), StrokeThickness = 2 };
        (double Fraction, double Low, double High) before = default;
        Corner(start, before);
        int stride = Math.Max(1, steps.Count / MostCorners);
        for (int i = 0; i < steps.Count; i++)
        {
            if (i % stride != 0 && i != steps.Count - 1)
                continue;

            KaplanMeierStep step = steps[i];
            (double Fraction, double Low, double High) now = (step.SolvedFraction, step.Band.Low ?? step.SolvedFraction, step.Band.High ?? step.SolvedFraction);
            Corner(step.Step, before);
            Corner(step.Step, now);
            before = now;
        }

        if (runs.Times.Solved < runs.Times.Runs)
            Corner(runs.Times.Solved < runs.Times.Finished ? runs.Limit : Math.Max(runs.Times.Quantile(1) ?? 0, runs.Times.Censorings[^1].Step), before);

        if (bands)
            panel.Series.Add(band);

        panel.Series.Add(curve);

        void Corner(double x, (double Fraction, double Low, double High) y)
        {
            curve.Points.Add(new DataPoint(x, y.Fraction));
            band.Points.Add(new DataPoint(x, y.Low));
            band.Points2.Add(new DataPoint(x, y.High));
        }
    }
}
