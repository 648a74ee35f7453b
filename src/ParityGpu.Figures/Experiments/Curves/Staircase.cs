using MathNet.Numerics.Statistics;
using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// A sum of parities, each of which adds an input to the one before (leap 1), against sums that skip one (leap 2) or start at the last (leap 3): how
/// long the parity of three inputs takes to learn.
/// </summary>
internal sealed class Staircase() : CurveExperiment(
    "staircase",
    "Staircases and leaps",
    "A staircase x1 + x1x2 + x1x2x3 is learned in fewer steps than its last term alone, one term after the other.",
    "Abbe, Boix-Adserà, Misiakiewicz, The Merged-Staircase Property, 2022; SGD Learning on Neural Networks: Leap Complexity, 2023")
{
    public override string Differences =>
        "n = 30, r = 128, B = 64, η = 0.01, ReLU, all layers trained at one rate, and a run that counts as learned at a mean square loss of 0.1 on held-out samples are ours.";

    private const double Significant = -3;
    private const int Drawn = 3;

    /// <summary>Fraction of the runs in which the terms must be learned in order.</summary>
    private const double LeastOrdered = 0.9;

    private static readonly SweepSpec Setting = new()
    {
        N = [30],
        Width = [128],
        Batch = [64],
        Lr = [0.01],
        Loss = [Loss.Square],
        TargetLoss = 0.1,
        Curve = CurveSteps.Logarithmic(16),
    };

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale) =>
    [
        Of("staircase", "leap 1", "x1+x1x2+x1x2x3", scale),
        Of("leap-2", "leap 2", "x1+x1x2x3", scale),
        Of("alone", "leap 3", "x1x2x3", scale),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        double last = groups.Max(group => group.LastStep);
        CurveGroup stairs = groups[0].First(Drawn);
        LinePanel terms = Over("leap 1: coefficients");
        LinePanel lastTerm = Over("coefficient of x1x2x3");
        LinePanel losses = Over("held-out loss");
        foreach ((int place, Target.Term term) in data.Runs["staircase"][0].Point.Target.Monomials.Index())
            terms.Curves(stairs, place, at => at.Means.Of(place), term.Name, LineStyle.Solid);

        foreach ((int look, CurveGroup group) in groups.Index())
        {
            int place = data.Runs[Trained(data.Scale)[look].Name][0].Point.Target.Monomials.Length - 1;
            lastTerm.Curves(group.First(Drawn), look, at => at.Means.Of(place), group.Label);
            losses.Curves(group.First(Drawn), look, at => at.Loss, group.Label);
        }

        string caption = $"The first {Drawn} runs of each target; coefficients are means of f·χ over held-out samples.\n{Shared(data)}";
        PlotModel[] panels = [.. new[] { terms, lastTerm, losses }.Select(panel => panel.LegendBelow().Model)];
        var figure = new Figure(Title, caption, panels, CurveGroup.Numbers(groups)) { Columns = 3, Width = 1140, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(data).At(data.Scale));

        LinePanel Over(string title) => new(null, LinePanel.LogSteps(10, last), Panel.Linear(AxisPosition.Left, title));
    }

    private static LabelledSweep Of(string name, string label, string target, Scale scale) => new(name, $"{label}: {target}", Setting with
    {
        Target = [Target.TryParse(target)!],
        N = [At(scale, 15, 30, 30)],
        Seeds = At(scale, 4, 50, 1000),
        MaxSteps = At(scale, 10_000, 100_000, 1_000_000),
        TestSamples = At(scale, 1024, 8192, 8192),
    });

    private static Verdict Judge(ExperimentData data)
    {
        PointRuns stairs = data.Runs["staircase"][0];
        PointRuns alone = data.Runs["alone"][0];
        MedianRatio ratio = MedianRatio.Of(stairs, alone);
        DifferenceTest? test = DifferenceTest.Of(stairs, alone);
        double[][] climbs = [.. stairs.Curves.Select(run => Climb(stairs.Point.Target, run.Curve!)).OfType<double[]>()];
        int ordered = climbs.Count(climb => climb.SequenceEqual(climb.Order()));
        string evidence = "median steps to a loss of 0.1: "
            + string.Join(", ", data.All.Select(runs => $"{runs.Times.Quantile(0.5)?.ToString() ?? "none"} for {runs.Point.Target} ({runs.Times.Solved} of {runs.Times.Runs} learned)"))
            + $"; x1x2x3 alone takes {ratio.Ratio:0.00} (95 % interval {ratio.Interval.Low:0.00}–{ratio.Interval.High:0.00}) times as long as the staircase ({test}); "
            + $"in {ordered} of {climbs.Length} runs the staircase's coefficients pass ½ one after the other, at median steps {Medians(climbs)}";
        return test is null || ratio.Interval.Low is not { } low
            ? Verdict.Undecided($"too few runs learned; {evidence}")
            : Verdict.Of(low > 1 && test.P.Log10 < Significant && ordered >= LeastOrdered * climbs.Length, evidence);
    }

    /// <summary>For each coefficient of a run, the first measured step at which it is at least half of the target's; null if one never is.</summary>
    private static double[]? Climb(Target target, RunCurve curve)
    {
        double?[] steps =
        [
            .. target.Monomials.Select((term, place) => curve.Points.Where(at => at.Means.Of(place) >= term.Coefficient / 2)
                .Select(at => (double?)at.Step).FirstOrDefault()),
        ];
        return steps.All(step => step is not null) ? [.. steps.Select(step => step!.Value)] : null;
    }

    private static string Medians(double[][] climbs) => climbs.Length == 0
        ? "unknown"
        : string.Join(", ", climbs[0].Select((_, place) => $"{climbs.Select(climb => climb[place]).Median():0}"));
}
