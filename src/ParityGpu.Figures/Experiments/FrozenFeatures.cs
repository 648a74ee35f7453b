using MathNet.Numerics;
using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Frozen random features against trained ones (theorem 5): a fixed map of D features cannot fit the parities until D is of the order of C(n,k).
/// </summary>
internal sealed class FrozenFeatures() : Experiment(
    "theorem5",
    "Frozen features and trained ones",
    "An output layer on fixed random features stays at chance while the features are few compared with C(n,k); trained features learn the parity.",
    "theorem 5")
{
    public override string Differences => "Problem, batch and rate are ours, and so is the tenth of C(n,k) below which frozen features count as too few.";

    private const double Few = 0.1;
    private const double Chance = 0.6;

    private static readonly SweepSpec Setting = new() { K = [3], Batch = [32], Lr = [0.1], Train = [TrainedLayers.All, TrainedLayers.Output] };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        long steps = At(scale, 1_000, 10_000, 100_000);
        return
        [
            new("features", Setting with
            {
                N = [At(scale, 15, 20, 30)], Width = [.. At<int[]>(scale, [10, 30, 100], [10, 30, 100, 300, 1000, 3000], [10, 30, 100, 300, 1000, 3000, 10_000, 30_000])],
                Seeds = At(scale, 4, 10, 20), MaxSteps = steps, Curve = CurveSteps.Every(steps),
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[] points = [.. data.All.Where(runs => runs.Curves.Count > 0)];
        PointRuns[] trained = [.. points.Where(runs => runs.Point.Train == TrainedLayers.All)];
        PointRuns[] frozen = [.. points.Where(runs => runs.Point.Train == TrainedLayers.Output)];
        LinearAxis accuracy = Panel.Percent(AxisPosition.Left, "final held-out accuracy", 0.45);
        (accuracy.Maximum, accuracy.MajorStep) = (1.02, 0.1);
        PlotModel panel = MarkedLine.Panel(
            null, Panel.Log(AxisPosition.Bottom, SettingNames.Axis(SpecSetting.Find("width")!)), accuracy,
            [Line("all layers trained", trained), Line("frozen features", frozen)]);
        double bound = Few * Parities(data.All[0].Point);
        MarkedLine.MarkPlace(panel, bound, "C(n,k)/10");
        var request = new PlotRequest(data.All) { Title = Title };
        string caption = $"Accuracy on held-out samples at the end of training, which is the step limit of {data.All[0].Point.MaxSteps:N0} unless all samples "
            + $"are right before: mean, least and largest of {request.Seeds}. Dotted: a tenth of the C(n,k) parities.";
        return new ExperimentResult(request.Figure(Title, caption, [panel], Numbers(points)), Judge(trained, frozen, bound));
    }

    private static double Parities(Specs.Point point) => SpecialFunctions.Binomial(point.N, point.K);

    /// <summary>Accuracies at the ends of a point's curves.</summary>
    private static double[] Accuracies(PointRuns runs) => [.. runs.Curves.Select(run => run.Curve!.Points[^1].Accuracy)];

    private static MarkedLine Line(string label, PointRuns[] points) => new(label,
    [
        .. from runs in points
        let accuracies = Accuracies(runs)
        orderby runs.Point.Width
        select ((double)runs.Point.Width, accuracies.Average(), (double?)accuracies.Min(), (double?)accuracies.Max()),
    ]);

    private static NumberTable Numbers(PointRuns[] points) => new(
        ["width", "train", "seeds", "solved", "accuracyMean", "accuracyMin", "accuracyMax", "median"],
        from runs in points
        let accuracies = Accuracies(runs)
        select (object?[])
        [
            runs.Point.Width, runs.Point.Train == TrainedLayers.All ? "all" : "output", runs.Times.Runs, runs.Times.Solved, accuracies.Average(),
            accuracies.Min(), accuracies.Max(), runs.Times.Quantile(0.5),
        ]);

    private static Verdict Judge(PointRuns[] trained, PointRuns[] frozen, double bound)
    {
        PointRuns[] narrow = [.. trained.Where(runs => runs.Point.Width < bound)];
        double[] chance = [.. frozen.Where(runs => runs.Point.Width < bound).SelectMany(Accuracies)];
        if (chance.Length == 0 || trained.Length == 0)
            return Verdict.Undecided("there are no frozen runs below C(n,k)/10, or no trained ones");

        long learned = narrow.Sum(runs => runs.Times.Solved);
        long runs = narrow.Sum(runs => runs.Times.Runs);
        WilsonInterval interval = WilsonInterval.Of(learned, runs);
        double best = frozen.SelectMany(Accuracies).Max();
        return Verdict.Of(
            chance.Max() < Chance && interval.Low > 0.5,
            $"at r < C(n,k)/10 = {bound:0.#}: frozen features reach {Percentage.Of(chance.Average())} % on average and at most {Percentage.Of(chance.Max())} % of {chance.Length} runs, "
            + $"{learned} of {runs} trained runs are solved (at least {100 * interval.Low:0} %, Wilson, 95 %); the best frozen run of all widths has {Percentage.Of(best)} %");
    }
}
