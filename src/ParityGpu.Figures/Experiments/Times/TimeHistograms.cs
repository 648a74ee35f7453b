using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Histograms of very many convergence times: no run is early (figure 2 left).</summary>
internal sealed class TimeHistograms() : Experiment(
    "fig2-left",
    "Convergence times of PolyNet",
    "No run succeeds early: times are far from the geometric law that random search, or any search without memory, would have.",
    "figure 2, left")
{
    public override string Differences => "Batch, learning rate, loss and initialisation are ours: the paper states none for this figure.";

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
        [new("times", Networks.Polynet() with { N = [10, 20, 30, 40], Seeds = At(scale, 200, 10_000, 1_000_000), MaxSteps = 100_000 })];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Figure figure = HistogramPlot.Draw(new PlotRequest(data.All) { Title = Title });
        return new ExperimentResult(figure, Judge(data.All));
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
            parts.Add($"n = {runs.Point.N}: 0.01 % quantile {early / median:0.00} of the median, geometric law: p = {test.EarlyP}");
        }

        return Verdict.Of(held, string.Join("; ", parts));
    }
}
