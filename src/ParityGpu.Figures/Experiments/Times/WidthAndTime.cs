using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Figures.Published;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Convergence time against width: extra width does not divide the time as random search with more guesses would (figures 4 left and 14).
/// </summary>
/// <param name="name">Its name on the command line.</param>
/// <param name="source">Where the claim is made.</param>
/// <param name="laptop">What is trained at laptop scale.</param>
internal sealed class WidthAndTime(string name, string source, WidthAndTime.Extent laptop) : Experiment(
    name,
    "Convergence time over width",
    "As the width r grows, time falls much more slowly than 1/r and never vanishes: wider networks need about as many steps as r = 1000.",
    source)
{
    public override string Differences =>
        "Batch, learning rate, initialisation and the accuracy at which a run counts as solved, 75 %, are ours, chosen by the published medians and quartiles "
        + "at r = 3, 30, 300 and 3000; for r < k the accuracy is the paper's, 55 %.";

    /// <summary>Every width up to the widest, for every n, with a number of seeds each.</summary>
    internal sealed record Extent(int Widest, int[] Inputs, int Seeds);

    /// <summary>Up to this width, r &lt; k, a run counts as solved at 55 %, because it cannot represent the parity.</summary>
    private const int Narrow = 2;

    /// <summary>
    /// Of the settings tried, the one with the smallest mean |log ratio| to the published medians and quartiles at r = 3, 30, 300 and 3000
    /// (bench/results/README.md).
    /// </summary>
    private static readonly SweepSpec Setting = new() { Batch = [192], Init = [Init.Torch], Lr = [1], TargetAccuracy = 0.75, MaxSteps = 20_000 };

    public static WidthAndTime Figure4Left() => new("fig4-left", "figure 4, left", new Extent(3000, [30, 40, 50], 60));

    public static WidthAndTime Figure14() => new("fig14", "figure 14", new Extent(10_000, [30], 100));

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        int[] all = [1, 2, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];
        (int widest, int[] inputs, int seeds) = At(scale, new Extent(100, [30], 20), laptop, new Extent(3_000_000, [30, 40, 50], 1000));
        SweepSpec spec = Setting with { N = [.. inputs], Seeds = seeds };
        return
        [
            new("narrow", spec with { Width = [.. all.Where(width => width <= Narrow)], TargetAccuracy = 0.55 }),
            new("wide", spec with { Width = [.. all.Where(width => width > Narrow && width <= widest)] }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        // The paper draws both kinds as one series.
        PointRuns[] points = [.. data.All.Select(runs => runs.Relabelled(runs.Point with { TargetAccuracy = Setting.TargetAccuracy }))];
        var published = PublishedValues.Figure14();
        bool several = points.Select(runs => runs.Point.N).Distinct().Count() > 1;
        int widest = points.Max(runs => runs.Point.Width);
        Figure figure = WidthPlot.Draw(
            new PlotRequest(points) { Title = Title },
            [new PublishedSeries(several ? "n = 30" : "", [.. published.Where(value => value.X <= widest)])]);
        string caption = $"{figure.Caption}\nA run counts as solved at {100 * Setting.TargetAccuracy:0} %, up to r = {Narrow} at 55 %. Diamonds: published medians with quartiles.";
        return new ExperimentResult(figure with { Caption = caption, Numbers = Compared(points, published) }, Judge(points, published));
    }

    private static NumberTable Compared(PointRuns[] points, IReadOnlyList<(double X, double Median, double? Q1, double? Q3)> published) => new(
        ["n", "k", "width", "seeds", "solved", "min", "q1", "median", "q3", "max", "publishedQ1", "publishedMedian", "publishedQ3", "ratio"],
        from runs in points
        let times = runs.Times
        let value = runs.Point.N == 30 ? published.FirstOrDefault(at => at.X == runs.Point.Width) : default
        let median = value.X > 0 ? value.Median : (double?)null
        select (object?[])
        [
            runs.Point.N, runs.Point.K, runs.Point.Width, times.Runs, times.Solved, times.Quantile(0), times.Quantile(0.25), times.Quantile(0.5),
            times.Quantile(0.75), times.Quantile(1), value.Q1, median, value.Q3, times.Quantile(0.5) / median,
        ]);

    private static Verdict Judge(PointRuns[] points, IReadOnlyList<(double X, double Median, double? Q1, double? Q3)> published)
    {
        PointRuns[] thirty = [.. points.Where(runs => runs.Point.N == 30)];
        PointRuns? narrow = thirty.FirstOrDefault(runs => runs.Point.Width == 10);
        PointRuns? wide = thirty.Where(runs => runs.Point.Width >= 100).MaxBy(runs => runs.Point.Width);
        if (narrow is null || wide is null || MedianRatio.Of(wide, narrow) is not { Ratio: { } faster, Interval: { High: { } most } interval })
            return Verdict.Undecided("there are no medians at r = 10 and at r of 100 or more");

        double widths = wide.Point.Width / (double)narrow.Point.Width;
        double[] Ratios(double quantile, Func<(double X, double Median, double? Q1, double? Q3), double?> of) => MedianComparison.Ratios(
            thirty, point => published.Where(value => value.X == point.Width).Select(of).FirstOrDefault(), quantile);
        double[] ratios = [.. Ratios(0.25, value => value.Q1), .. Ratios(0.5, value => value.Median), .. Ratios(0.75, value => value.Q3)];
        return Verdict.Of(
            most < Math.Sqrt(widths),
            $"n = 30: {widths:0} times the width, {faster:0.00} times as fast [{interval.Low:0.00}, {most:0.00}] (random search: {widths:0}); "
            + MedianComparison.MeanLine(ratios, "medians and quartiles"));
    }
}
