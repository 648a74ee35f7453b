using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Figures.Published;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>ReLU-100: medians over n for several k, whose exponent grows with k and worsens with n (figure 2 right).</summary>
internal sealed class ScalingOfRelu() : Experiment(
    "fig2-right",
    "Convergence time of ReLU-100 over the input size",
    "Times grow as a power of n whose exponent grows with k and stays far below the k of exhaustive search; at large n they grow faster.",
    "figure 2, right")
{
    public override string Differences =>
        "The paper states the learning rate. Batch, initialisation and the accuracy at which a run counts as solved, 80 %, are ours: one setting for "
        + "all k, chosen by half of the published medians. No setting was found that fits them where runs must get all held-out samples right.";

    private static readonly SweepSpec Setting = Networks.ReluOfFigure2() with { MaxSteps = 100_000 };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) => At<IReadOnlyList<ExperimentSweep>>(
        scale,
        [new("medians", Setting with { N = [10, 15, 20, 30], K = [2, 3], Seeds = 10 })],
        [
            new("medians", Setting with { N = [10, 12, 15, 20, 25, 30, 40, 50, 60], K = [2, 3], Seeds = 100 }),
            new("larger-k", Setting with { N = [10, 15, 20, 25, 30, 40, 50, 60], K = [4, 5], Seeds = 50 }),
        ],
        [
            new("medians", Setting with
            {
                N = [.. Enumerable.Range(10, 31), 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 120, 130, 140, 150], K = [2, 3, 4], Seeds = 100,
                MaxSteps = 1_000_000,
            }),
            new("larger-k", Setting with { N = [.. Enumerable.Range(10, 21)], K = [5, 6, 7, 8], Seeds = 100, MaxSteps = 1_000_000 }),
        ]);

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[] points = [.. data.All.Select(runs => runs.Relabelled(runs.Point with { MaxSteps = 100_000 }))];
        int[] known = [.. points.Select(runs => runs.Point.K).Distinct().Where(k => PublishedValues.Figure2Right(k).Count > 0)];
        double most = points.Max(runs => runs.Point.N);
        PublishedSeries[] published =
            [.. known.Select(k => PublishedValues.Series($"k = {k}", PublishedValues.Figure2Right(k).Where(value => value.X <= most)))];
        Figure figure = ScalingPlot.Draw(new PlotRequest(points) { Title = Title }, published);
        return new ExperimentResult(figure with { Numbers = MedianComparison.Table(points, Published) }, Judge(points));
    }

    private static double? Published(Point point) => PublishedValues.Median(PublishedValues.Figure2Right(point.K), point.N);

    private static Verdict Judge(IReadOnlyList<PointRuns> points)
    {
        (int K, PowerLawFit Fit)[] fits =
        [
            .. from series in PointSeries.Along(points, SpecSetting.Find("n")!)
            let fit = ScalingPlot.Fit(series)
            where fit is not null
            select (series.Points[0].Runs.Point.K, fit),
        ];
        if (fits.Length < 2)
            return Verdict.Undecided("there are medians of fewer than two k");

        bool grows = fits.Zip(fits.Skip(1), (smaller, larger) => larger.Fit.Exponent > smaller.Fit.Exponent).All(grew => grew);
        bool below = fits.All(entry => entry.Fit.Exponent < entry.K);
        bool worsens = fits.Any(entry => entry.Fit is { Curvature: > 0, CurvatureP.P: < 0.01 });
        return Verdict.Of(
            grows && below && worsens,
            string.Join("; ", fits.Select(entry =>
                $"k = {entry.K}: n^{entry.Fit.Exponent:0.00}{ScalingPlot.ExponentInterval(entry.Fit.ExponentInterval)}, "
                + $"curvature {entry.Fit.Curvature:+0.00;-0.00} (p = {entry.Fit.CurvatureP?.P:0.000})"))
            + "; " + MedianComparison.MeanLine(MedianComparison.Ratios(points, Published)));
    }
}
