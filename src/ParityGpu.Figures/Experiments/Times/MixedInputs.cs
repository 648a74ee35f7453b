using System.Collections.Immutable;
using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// A finite sample whose points have biased inputs with probability ρ, uniform ones otherwise; a run ends at 99 % accuracy on fresh uniform
/// inputs, whatever it trains on.
/// </summary>
internal sealed class MixedInputs() : Experiment(
    "mixed-inputs",
    "Time to learn uniform inputs from mixed ones",
    "Networks learn the parity of uniform inputs in fewer steps from a training sample half of which has biased inputs than from a uniform sample of the same size.",
    "Abbe, Cornacchia, Lotfi, Provable Advantage of Curriculum Learning on Parity Targets with Mixed Inputs, 2023")
{
    public override string Differences =>
        "(30,5), a sample of 10,000 points, p = 0.1, a two-layer ReLU network of width 200 and its rate are ours; the paper has n = 100 and smaller ρ and p. "
        + "The claim is about ρ = 0.5 against ρ = 0 at this point: at (20,3) and 1,000 points the mixture takes 1.9 times the steps (40 seeds, interval 1.7 to 2.5).";

    private const double Mixture = 0.5;
    private const double Significant = -3;

    /// <summary>With fewer pairs, no outcome of the exact test is significant: 2/2^11 is just below a thousandth.</summary>
    private const long LeastRuns = 11;

    private static readonly SweepSpec Setting = new()
    {
        Width = [200],
        Lr = [0.05],
        Loss = [Loss.Square],
        Init = [Init.Torch],
        InputBias = [0.1],
        TargetAccuracy = 0.99,
    };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        ImmutableArray<double> mixtures = At<ImmutableArray<double>>(
            scale, [0, Mixture, 1], [0, 0.25, Mixture, 0.75, 1], [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, Mixture, 0.6, 0.7, 0.8, 0.9, 0.95, 1]);
        return
        [
            new("mixtures", Setting with
            {
                N = [At(scale, 15, 30, 30)],
                K = [At(scale, 3, 5, 5)],
                Samples = [At(scale, 2_000, 10_000, 10_000)],
                Mixture = mixtures,
                Seeds = At(scale, 4, 25, 200),
                MaxSteps = At(scale, 2_000, 12_000, 100_000),
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[] points = [.. data.All.OrderBy(runs => runs.Point.Mixture)];
        var series = PointSeries.Of("", points, point => point.Mixture);
        PlotModel times = MarkedLine.Panel(null, Share(), Panel.Log(AxisPosition.Left, "median convergence time (steps)"), [MarkedLine.OfMedians(series)]);
        PlotModel rates = MarkedLine.Panel(null, Share(), Panel.Rates(AxisPosition.Left, "solved runs"), [MarkedLine.OfRates(series)]);
        var request = new PlotRequest(points) { Title = Title };
        string caption = $"Median time with 95 % bootstrap intervals, and fraction of {request.Seeds} solved within {points[0].Point.MaxSteps:N0} steps with 95 % "
            + "Wilson intervals; medians with more than half of the runs unsolved are left out. Solved: 99 % accuracy on fresh uniform inputs.";
        Figure figure = request.Figure(Title, caption, [times, rates], TimeTable.Of(points)) with { Columns = 2, Width = 960, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(points));
    }

    private static LinearAxis Share() => Panel.Linear(AxisPosition.Bottom, SettingNames.Axis(SpecSetting.Find("mixture")!), -0.03, 1.03);

    private static Verdict Judge(PointRuns[] points)
    {
        PointRuns? Of(double mixture) => points.FirstOrDefault(runs => runs.Point.Mixture == mixture);
        if (Of(0) is not { } uniform || Of(Mixture) is not { } mixed || DifferenceTest.Of(uniform, mixed) is not { } test)
            return Verdict.Undecided("runs of one of the two are missing, or none is solved");

        MedianRatio ratio = MedianRatio.Of(uniform, mixed);
        string evidence = $"uniform sample: {Text(uniform)}; ρ = {Mixture}: {Text(mixed)}; ratio of medians {Number(ratio.Ratio)} "
            + $"(95 % interval {Number(ratio.Interval.Low)} to {Number(ratio.Interval.High)}; {test})";
        return Math.Min(uniform.Times.Runs, mixed.Times.Runs) < LeastRuns
            ? Verdict.Undecided($"fewer than {LeastRuns} seeds; {evidence}")
            : Verdict.Of(ratio.Interval.High < 1 && test.P.Log10 < Significant, evidence);
    }

    private static string Text(PointRuns runs)
    {
        string median = runs.Times.Quantile(0.5) is { } steps
            ? $"a median of {steps:0.#} steps ({steps * runs.Point.Batch / runs.Point.Samples:0.0} epochs)"
            : "no median";
        return $"{runs.Times.Solved} of {runs.Times.Runs} solved, {median}";
    }

    private static string Number(double? value) => value is { } known ? $"{known:0.00}" : "unknown";
}
