using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Training labels flipped with a probability p up to 0.49 (figure 16): ReLU-100 on (50,3).</summary>
internal sealed class NoisyLabels() : Experiment(
    "fig16",
    "Convergence with flipped labels",
    "SGD learns parities from noisy labels: most runs are solved up to p = 0.4, in a time that grows with the noise.",
    "figure 16")
{
    public override string Differences => "Batch, learning rate and step limit are ours.";

    private const double LastClaimed = 0.4;
    private const long LeastRuns = 10;

    private static readonly SweepSpec Setting = new() { K = [3], Width = [100], Batch = [128], Lr = [0.1] };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) => At<IReadOnlyList<ExperimentSweep>>(
        scale,
        [new("noise", Setting with { N = [20], Noise = [0, 0.2, 0.4, 0.49], Seeds = 5, MaxSteps = 5_000 })],
        [new("noise", Setting with { N = [50], Noise = [0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.49], Seeds = 15, MaxSteps = 50_000 })],
        [
            new("noise", Setting with
            {
                N = [50], Noise = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.42, 0.44, 0.46, 0.48, 0.49], Seeds = 100, MaxSteps = 1_000_000,
            }),
        ]);

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        var series = PointSeries.Of("", data.All, point => point.Noise);
        var request = new PlotRequest(data.All) { Title = Title };
        PowerLawFit? fit = Fit(data.All);
        PlotModel rates = MarkedLine.Panel(null, Probability(), Panel.Rates(AxisPosition.Left, "solved runs"), [MarkedLine.OfRates(series)]);
        PlotModel times = MarkedLine.Panel(
            null, Probability(), Panel.Log(AxisPosition.Left, "median convergence time (steps)"), [MarkedLine.OfMedians(series)]);
        long limit = data.All[0].Point.MaxSteps;
        string caption = $"Fraction of {request.Seeds} solved within {limit:N0} steps with 95 % Wilson intervals, and their median time with "
            + "95 % bootstrap intervals; medians with more than half of the runs unsolved are left out. Errors are counted against the true labels.";
        Figure figure = request.Figure(Title, caption, [rates, times], TimeTable.Of(data.All)) with { Columns = 2, Width = 960, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(data.All, fit));
    }

    private static LinearAxis Probability() => Panel.Linear(AxisPosition.Bottom, SettingNames.Axis(SpecSetting.Find("noise")!), -0.01, 0.51);

    /// <summary>Time as a power of 1/(1 − 2p): the mean product of label and parity is 1 − 2p.</summary>
    private static PowerLawFit? Fit(IReadOnlyList<PointRuns> points) => PowerLawFit.Of(
    [
        .. from runs in points
        let median = runs.Times.Quantile(0.5)
        where median is not null
        select (1 / (1 - (2 * runs.Point.Noise)), median.Value),
    ]);

    private static Verdict Judge(IReadOnlyList<PointRuns> points, PowerLawFit? fit)
    {
        PointRuns[] claimed = [.. points.Where(runs => runs.Point.Noise <= LastClaimed)];
        double least = claimed.Min(runs => WilsonInterval.Of(runs.Times.Solved, runs.Times.Runs).Low);
        string evidence = string.Join(", ", points.Select(runs => $"p = {runs.Point.Noise}: {runs.Times.Solved} of {runs.Times.Runs} solved"))
            + $"; up to p = {LastClaimed} the solved fraction is at least {100 * least:0} % (Wilson, 95 %)"
            + (fit is null ? "" : $"; median ∝ (1 − 2p)^-{fit.Exponent:0.00}");
        return claimed.Min(runs => runs.Times.Runs) < LeastRuns
            ? Verdict.Undecided($"fewer than {LeastRuns} runs a point; {evidence}")
            : Verdict.Of(least > 0.5, evidence);
    }
}
