using System.Collections.Immutable;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Success against the width and the number of training points, for dense and sparse initial weights.</summary>
internal sealed class SparseInitialisation() : Experiment(
    "pareto",
    "Success over width and training sample",
    "Width can be traded for data: wide networks succeed with fewer training points, and fewer still if every neuron sees few inputs at first.",
    "Edelman et al., Pareto Frontiers in Neural Feature Learning, 2023")
{
    public override string Differences =>
        "(30,3), ReLU, hinge loss, B = 32, η = 0.1, weight decay 0.003, neurons of the sparse network that see k inputs initially, and "
        + "a step limit are ours; the limit decides how much success at few points is seen.";

    private const double Significant = -3;

    /// <summary>With fewer pairs, no outcome of the exact test is significant: 2/2^11 is just below a thousandth.</summary>
    private const long LeastRuns = 11;

    private static readonly SweepSpec Setting = new()
    {
        N = [30],
        K = [3],
        Batch = [32],
        Lr = [0.1],
        WeightDecay = [0.003],
        Init = [Init.XavierUniform, Init.Sparse],
    };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) => At<IReadOnlyList<ExperimentSweep>>(
        scale,
        [new("grid", Setting with { N = [15], Width = [30, 100], Samples = [100, 400], Seeds = 4, MaxSteps = 1_000 })],
        [new("grid", Setting with { Width = [10, 30, 100, 300, 1000], Samples = [250, 300, 400, 500, 700], Seeds = 12, MaxSteps = 8_000 })],
        [
            new("grid", Setting with
            {
                Width = [10, 30, 100, 300, 1000, 3000, 10_000], Samples = [100, 200, 300, 400, 500, 600, 700, 800, 1000, 2000, 5000, 10_000], Seeds = 50, MaxSteps = 100_000,
            }),
        ]);

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        // Relabelled so that points differ in their initialisation alone, not in a sparsity.
        PointRuns[] points = [.. data.All.Select(runs => runs.Relabelled(runs.Point with { Sparsity = 0 }))];
        Figure figure = SuccessMapPlot.Draw(new PlotRequest(points) { Title = Title, X = SpecSetting.Find("samples"), Y = SpecSetting.Find("width") });
        return new ExperimentResult(figure with { Caption = $"{figure.Caption}; sparse: {data.All[0].Point.K} inputs a neuron" }, Judge(points));
    }

    private static Verdict Judge(PointRuns[] points)
    {
        int narrow = points.Where(runs => runs.Point.Width >= 30).Select(runs => runs.Point.Width).DefaultIfEmpty(0).Min();
        int wide = points.Max(runs => runs.Point.Width);
        if (wide <= narrow || narrow == 0)
            return Verdict.Undecided("there are no two widths of at least 30");

        ImmutableArray<int> samples = [.. points.Select(runs => runs.Point.Samples).Distinct().Order()];
        PointRuns[] Of(int width, Init init) => [.. points.Where(runs => runs.Point.Width == width && runs.Point.Init == init)];
        int? dense = LeastSamples(Of(wide, Init.XavierUniform));
        int? sparse = LeastSamples(Of(wide, Init.Sparse));
        int? denseNarrow = LeastSamples(Of(narrow, Init.XavierUniform));
        int? sparseNarrow = LeastSamples(Of(narrow, Init.Sparse));
        DifferenceTest? test = Stratum(Of(wide, Init.Sparse), Of(wide, Init.XavierUniform));
        string evidence = $"least m with half of the runs solved (of {samples[0]} to {samples[^1]}): r = {narrow}: {Text(denseNarrow)} dense, {Text(sparseNarrow)} sparse; "
            + $"r = {wide}: {Text(dense)} dense, {Text(sparse)} sparse"
            + (test is null ? "" : $"; sparse against dense at r = {wide} where they differ most: {test}");
        return test is null || points.Min(runs => runs.Times.Runs) < LeastRuns
            ? Verdict.Undecided($"too few runs; {evidence}")
            : Verdict.Of(
                Value(dense) <= Value(denseNarrow) && Value(sparse) < Value(sparseNarrow) && Value(sparse) < Value(dense) && test.P.Log10 < Significant, evidence);
    }

    /// <summary>The fewest points with which at least half of the runs are solved; null if none are enough.</summary>
    private static int? LeastSamples(PointRuns[] points) =>
        points.Where(runs => 2 * runs.Times.Solved >= runs.Times.Runs).Select(runs => (int?)runs.Point.Samples).Min();

    /// <summary>Times at the number of points where the solved fractions of two initialisations differ most.</summary>
    private static DifferenceTest? Stratum(PointRuns[] sparse, PointRuns[] dense) =>
    (
        from a in sparse
        join b in dense on a.Point.Samples equals b.Point.Samples
        let test = DifferenceTest.Of(a, b)
        where test is not null
        orderby Math.Abs((a.Times.Solved / (double)a.Times.Runs) - (b.Times.Solved / (double)b.Times.Runs)) descending, a.Point.Samples
        select test).FirstOrDefault();

    private static int Value(int? samples) => samples ?? int.MaxValue;

    private static string Text(int? samples) => samples?.ToString() ?? "none";
}
