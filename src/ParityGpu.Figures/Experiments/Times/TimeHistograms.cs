using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Figures.Published;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Histograms of many thousands of convergence times: no run is early (figure 2 left).</summary>
internal sealed class TimeHistograms() : Experiment(
    "fig2-left",
    "Convergence times of PolyNet",
    "No run succeeds early: times are far from the geometric distribution of random search, or of any search without memory.",
    "figure 2, left")
{
    /// <summary>
    /// Standard deviation of the Kaiming normal distribution with a fan-in of k = 3, as for a module that stores weights as [n][k].
    /// </summary>
    private static readonly double Sigma = Math.Sqrt(2.0 / 3);

    public override string Differences => "Batch, learning rate, loss and initialisation are ours: the paper states none for this figure. They were chosen by the published medians at "
        + "n = 10 and 30; the quartiles there did not take part.";

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
    [
        new("times", Networks.Polynet(48, 0.04) with
        {
            N = [10, 20, 30, 40],
            Loss = [Loss.Hinge],
            Init = [Init.Gaussian],
            InitSigma = [Sigma],
            Seeds = At(scale, 200, 10_000, 1_000_000),
            MaxSteps = At(scale, 20_000, 20_000, 100_000),
        }),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Figure figure = HistogramPlot.Draw(new PlotRequest(data.All) { Title = Title });
        foreach ((PointRuns runs, PlotModel panel) in data.All.Zip(figure.Panels))
        {
            foreach (double steps in PublishedValues.Figure2Left(runs.Point.N))
                MarkedLine.MarkPlace(panel, steps);
        }

        return new ExperimentResult(figure with { Caption = $"Dotted: published quartiles and median. {figure.Caption}" }, Judge(data.All));
    }

    /// <summary>A point's quartiles and median beside the published ones, if there are any.</summary>
    private static string BesidePublished(PointRuns runs)
    {
        double[] published = PublishedValues.Figure2Left(runs.Point.N);
        double?[] found = [runs.Times.Quantile(0.25), runs.Times.Quantile(0.5), runs.Times.Quantile(0.75)];
        return published.Length == 0 ? "" : $", quartiles and median {string.Join(", ", found.Select(steps => $"{steps:0}"))} (published {string.Join(", ", published)})";
    }

    private static Verdict Judge(IReadOnlyList<PointRuns> points)
    {
        var parts = new List<string>();
        bool held = true;
        foreach (PointRuns runs in points)
        {
            TimeHistogram times = runs.Times;
            if (times.Quantile(0.5) is not { } median || times.Quantile(0.0001) is not { } early)
                return Verdict.Undecided($"n = {runs.Point.N}: more than half of the runs are unsolved");

            if (GeometricTest.Of(times) is not { } test)
                return Verdict.Undecided($"n = {runs.Point.N}: all runs are solved at once");

            held &= early > 0.1 * median && test.EarlyP.Log10 < -6;
            parts.Add($"n = {runs.Point.N}: 0.01 % quantile {early / median:0.00} of the median, geometric law: p = {test.EarlyP}{BesidePublished(runs)}");
        }

        return Verdict.Of(held, string.Join("; ", parts));
    }
}
