using MathNet.Numerics.Statistics;
using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Training on a finite sample of m points: ReLU-100, B = 32, η = 0.1, hinge loss as in the paper (figures 4 right and 15).
/// </summary>
/// <param name="name">Its name on the command line.</param>
/// <param name="claim">The expected observation.</param>
/// <param name="source">Where the claim is made.</param>
/// <param name="several">Whether to show several m and λ, each in a panel of its own, instead of the clearest case.</param>
internal sealed class Grokking(string name, string claim, string source, bool several) : Experiment(name, "Training on a finite sample", claim, source)
{
    public override string Differences => "n, m and λ are ours.";

    /// <summary>A run groks if becoming perfect takes at least this many times as long as fitting its sample.</summary>
    private const double Delay = 5;

    public static Grokking OfOneSetting() => new(
        "fig4-right",
        "With weight decay the training sample is fitted long before the held-out accuracy is perfect.",
        "figure 4, right",
        several: false);

    public static Grokking OfManySettings() => new(
        "fig15",
        "Held-out accuracy becomes perfect long after a small sample is fitted, and only with weight decay; with larger samples the delay disappears.",
        "figure 15",
        several: true);

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        SweepSpec spec = Networks.Relu(100) with { Curve = CurveSteps.Logarithmic(20) };
        return several
            ?
            [
                new("samples", spec with
                {
                    N = [At(scale, 20, 30, 30)],
                    Samples = [.. At<int[]>(scale, [300, 1000], [300, 500, 1000, 2000], [200, 300, 500, 1000, 2000, 5000])],
                    WeightDecay = [.. At<double[]>(scale, [0, 1e-3], [0, 3e-4, 1e-3], [0, 1e-4, 3e-4, 1e-3, 3e-3])],
                    Seeds = At(scale, 1, 5, 20), MaxSteps = At(scale, 10_000, 45_000, 1_000_000),
                }),
            ]
            :
            [
                new("sample", spec with
                {
                    N = [At(scale, 20, 30, 30)], Samples = [At(scale, 300, 500, 500)], WeightDecay = [3e-4], Seeds = At(scale, 2, 20, 20),
                    MaxSteps = At(scale, 30_000, 100_000, 1_000_000),
                }),
            ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[] points = [.. data.All.OrderBy(runs => runs.Point.WeightDecay).ThenBy(runs => runs.Point.Samples)];
        CurveGroup[] groups = [.. points.Select(runs => CurveGroup.Of(Label(runs.Point), runs))];
        int columns = points.Select(runs => runs.Point.Samples).Distinct().Count();
        string caption = $"Held-out accuracy (solid) and accuracy on the training sample (dashed), up to {MostDrawn} runs of each setting.\n"
            + SettingNames.Shared([.. points.Select(runs => runs.Point)]);
        double last = groups.Max(group => group.LastStep);
        var figure = new Figure(Title, caption, [.. groups.Select(group => Draw(group, groups.Length == 1, last))], CurveGroup.Numbers(groups))
        {
            Columns = columns,
            Width = columns == 1 ? 760 : 270 * columns,
            RowHeight = columns == 1 ? 380 : 230,
        };
        return new ExperimentResult(figure, columns == 1 ? JudgeOne(groups[0]) : JudgeGrid(points, groups));
    }

    private int MostDrawn => several ? 5 : 3;

    private static string Label(Point point) => $"m = {point.Samples}, λ = {point.WeightDecay:0.######}";

    private PlotModel Draw(CurveGroup group, bool alone, double last)
    {
        LinePanel panel = new LinePanel(alone ? null : group.Label, LinePanel.LogSteps(10, last), LinePanel.Accuracy("accuracy"))
            .Curves(group.First(MostDrawn), 1, at => at.TrainAccuracy, "training sample", LineStyle.Dash)
            .Curves(group.First(MostDrawn), 0, at => at.Accuracy, "held out", LineStyle.Solid);
        return alone ? panel.Model : panel.Plain().Model;
    }

    /// <summary>Steps until the run was perfect over steps until it fitted its sample.</summary>
    private static double? Ratio(FinishedRun run) => run.Record.Steps / (double?)run.Fitting()?.Step;

    private static Verdict JudgeOne(CurveGroup group)
    {
        double[] ratios = [.. group.Solved.Select(Ratio).OfType<double>()];
        if (ratios.Length == 0)
            return Verdict.Undecided($"no run of {group.Runs.Count} was solved");

        int late = ratios.Count(ratio => ratio >= Delay);
        WilsonInterval interval = WilsonInterval.Of(late, ratios.Length);
        string evidence = $"{group.Label}: held-out accuracy is perfect {ratios.Median():0.0} times as late as training accuracy (median; "
            + $"{ratios.Min():0.0} to {ratios.Max():0.0}), at least {Delay:0} times as late in {late} of {ratios.Length} solved runs [{100 * interval.Low:0} %, {100 * interval.High:0} %], "
            + $"{group.Runs.Count - ratios.Length} unsolved";
        return ratios.Length < 4 ? Verdict.Undecided(evidence) : Verdict.Of(interval.Low > 0.5, evidence);
    }

    private static Verdict JudgeGrid(PointRuns[] points, CurveGroup[] groups)
    {
        (Point Point, double? Ratio, int Solved, int Runs)[] cells =
        [
            .. points.Zip(groups, (runs, group) => (runs.Point, group.Median(Ratio), group.Solved.Count(), group.Runs.Count)),
        ];
        string evidence = string.Join("; ", cells.Where(cell => cell.Solved > 0).Select(cell =>
            $"{Label(cell.Point)}: {cell.Ratio:0.0} times as late ({cell.Solved} of {cell.Runs} solved)"));
        int most = cells.Max(cell => cell.Point.Samples);
        var decayed = cells.Where(cell => cell.Point.WeightDecay > 0 && cell.Ratio is not null).ToArray();
        double largest = decayed.Where(cell => cell.Point.Samples < most).Select(cell => cell.Ratio!.Value).DefaultIfEmpty(double.NaN).Max();
        double atMost = decayed.Where(cell => cell.Point.Samples == most).Select(cell => cell.Ratio!.Value).DefaultIfEmpty(double.NaN).Max();
        int[] small = [.. cells.Where(cell => cell.Point.Samples < most).Select(cell => cell.Point.Samples).Distinct()];
        int with = cells.Where(cell => small.Contains(cell.Point.Samples) && cell.Point.WeightDecay > 0).Sum(cell => cell.Solved);
        int without = cells.Where(cell => small.Contains(cell.Point.Samples) && cell.Point.WeightDecay == 0).Sum(cell => cell.Solved);
        string counts = $"longest delay {largest:0.0} times below m = {most}, {atMost:0.0} times at m = {most}; solved below m = {most}: {with} with decay, {without} without";
        return double.IsNaN(largest) || double.IsNaN(atMost) || cells.Max(cell => cell.Runs) < 4
            ? Verdict.Undecided($"{counts}: {evidence}")
            : Verdict.Of(largest >= Delay && atMost < Delay && with > without, $"{counts}: {evidence}");
    }
}
