using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// A deep network with σ(z) = z², trained end to end and one layer after the other. With L = 3 layers its degree is 4, so k = 5 is beyond it.
/// </summary>
internal sealed class DeepByLayers() : Experiment(
    "layerwise",
    "A deep square network, end to end and layer by layer",
    "Training three square layers end to end learns k = 4, although no layer's own population gradient carries a signal, so that training layer by "
    + "layer fails; k > 2^(L−1) is never learned.",
    "deep square networks, in the text")
{
    public override string Differences => "Sizes and rates are ours.";

    private const double Significant = -3;

    private static readonly SweepSpec Setting = new()
    {
        Model = [Model.Deep],
        Depth = [3],
        K = [4, 5],
        Width = [16],
        Batch = [64],
        Lr = [0.02],
        Train = [TrainedLayers.All, TrainedLayers.Layerwise],
    };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
        [new("deep", Setting with { N = [At(scale, 12, 30, 30)], Seeds = At(scale, 10, 100, 1000), MaxSteps = At(scale, 1_500, 10_000, 100_000) })];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Figure figure = SolvedPlot.Draw(new PlotRequest(data.All) { Title = Title });
        string counts = string.Join(", ", data.All.Select(runs =>
            $"{runs.Times.Solved} of {runs.Times.Runs} at k = {runs.Point.K} {(runs.Point.Train == TrainedLayers.All ? "end to end" : "layer by layer")}"));
        return new ExperimentResult(
            figure with { Caption = $"Solved within the step limit: {counts}.\n{figure.Caption}", Numbers = TimeTable.Of(data.All) }, Judge(data.All));
    }

    private static Verdict Judge(IReadOnlyList<PointRuns> points)
    {
        PointRuns? Of(int k, TrainedLayers train) => points.FirstOrDefault(runs => runs.Point.K == k && runs.Point.Train == train);
        if (Of(4, TrainedLayers.All) is not { } joint || Of(4, TrainedLayers.Layerwise) is not { } stepwise || Of(5, TrainedLayers.All)?.Times is not { } beyond)
            return Verdict.Undecided("runs of k = 4 or 5 are missing");

        if (DifferenceTest.Of(joint, stepwise) is not { } test)
            return Verdict.Undecided("no run is solved");

        (TimeHistogram whole, TimeHistogram layers) = (joint.Times, stepwise.Times);
        return Verdict.Of(
            whole.Solved > 0.9 * whole.Runs && layers.Solved == 0 && beyond.Solved == 0 && test.P.Log10 < Significant,
            $"k = 4: {whole.Solved} of {whole.Runs} solved end to end, {layers.Solved} of {layers.Runs} layer by layer ({test}); "
            + $"k = 5: {beyond.Solved} of {beyond.Runs} end to end, below {100 * WilsonInterval.Of(beyond.Solved, beyond.Runs).High:0.0} % (Wilson, 95 %)");
    }
}
