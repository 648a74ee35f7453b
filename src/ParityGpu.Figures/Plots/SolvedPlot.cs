using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Plots;

/// <summary>The fraction of runs that are solved by a step: Kaplan–Meier curves with their bands.</summary>
internal static class SolvedPlot
{
    /// <summary>More corners than pixels make files large and pictures no better.</summary>
    private const int MostCorners = 800;

    public static Figure Draw(PlotRequest request)
    {
        PointSeries.CheckCount(request.Points.Count, "points", "curve");

        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(request.Points.Select(runs => runs.Point));
        var numbers = new NumberTable([.. varying.Select(setting => setting.Name), "step", "atRisk", "solved", "fraction", "low", "high"]);
        PlotModel panel = Panel.Empty();
        LogarithmicAxis time = Panel.Log(AxisPosition.Bottom, "step t");
        panel.Axes.Add(time);
        panel.Axes.Add(Panel.Percent(AxisPosition.Left, "runs solved by step t"));
        bool none = request.Points.All(runs => runs.Times.Solved == 0);
        if (none)
        {
            time.Minimum = 1;
            time.Maximum = request.Points.Max(runs => runs.Point.MaxSteps);
        }

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

            AddCurve(panel, i, PointSeries.LabelOf(runs.Point, varying), steps, runs);
        }

        string caption = $"Kaplan–Meier estimates with 95 % bands, {request.Seeds} seeds each; runs that reached the step limit are censored there."
            + (none ? " No run was solved." : "");
        return request.Figure("Solved runs over time", caption, [panel], numbers);
    }

    private static void AddCurve(PlotModel panel, int index, string label, IReadOnlyList<KaplanMeierStep> steps, PointRuns runs)
    {
        var band = new AreaSeries { Fill = OxyColor.FromAColor(45, Marks.Colour(index)), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, RenderInLegend = false };
        var curve = new LineSeries { Title = label.Length > 0 ? label : "solved", Color = Marks.Colour(index), LineStyle = Marks.Dash(index), StrokeThickness = 2 };
        (double Fraction, double Low, double High) before = default;
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

        if (steps.Count > 0 && runs.Times.Solved < runs.Times.Runs)
            Corner(runs.Times.Solved < runs.Times.Finished ? runs.Point.MaxSteps : Math.Max(steps[^1].Step, runs.Times.Censorings[^1].Step), before);

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
