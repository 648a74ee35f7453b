using MathNet.Numerics.Distributions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Several orders of batches from each of several initialisations (figure 2 centre): the initialisation decides how long a run takes.
/// </summary>
internal sealed class SharedInitialisations() : Experiment(
    "fig2-centre",
    "Convergence times from shared initialisations",
    "The initialisation, not the order of the samples, decides how long a run takes.",
    "figure 2, centre")
{
    public override string Differences => "Network and problem, PolyNet on (30,3), are ours; the paper states B = 128 and η = 0.01.";

    /// <summary>Below this, the p-value is only reported as a bound.</summary>
    private const double SmallestP = 1e-300;

    private static readonly SweepSpec Setting =
        Networks.Polynet(128, 0.01) with { N = [30], K = [3], Biases = [InitialBiases.Random], MaxSteps = 100_000 };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        int initialisations = At(scale, 6, 20, 20);
        return
        [
            new("shared", Setting with { InitSeed = [.. Enumerable.Range(1, initialisations)], Seeds = At(scale, 8, 50, 500) }),
            new("own", Setting with { Seeds = At(scale, 40, 500, 10_000), FirstSeed = 1_000_000 }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[] shared = [.. data.Runs["shared"].OrderBy(runs => runs.Times.Quantile(0.5) ?? double.PositiveInfinity)];
        PointRuns own = data.Runs["own"][0];
        PlotModel panel = Panel.Empty();
        panel.Legends.Clear();
        LinearAxis columns = Panel.Linear(AxisPosition.Bottom, "initialisation, by median time", 0, shared.Length + 2);
        columns.LabelFormatter = value => value == Math.Floor(value) && value >= 1 && value <= shared.Length
            ? ((int)value).ToString() : value == shared.Length + 1 ? "own" : "";
        columns.MajorStep = 1;
        columns.MinorTickSize = 0;
        columns.MajorGridlineStyle = LineStyle.None;
        panel.Axes.Add(columns);
        panel.Axes.Add(Panel.Log(AxisPosition.Left, "convergence time (steps)"));
        for (int i = 0; i < shared.Length; i++)
            AddColumn(panel, i + 1, shared[i].Times, 0);

        AddColumn(panel, shared.Length + 1, own.Times, 1);
        string caption = $"A dot for each run, a bar for the median. Columns 1 to {shared.Length}: {shared[0].Times.Runs} orders of batches from one initialisation each; "
            + $"own: {own.Times.Runs} runs, an initialisation each.";
        var request = new PlotRequest([.. shared, own]) { Title = Title };
        return new ExperimentResult(request.Figure(Title, caption, [panel], TimeTable.Of(request.Points)), Judge(shared));
    }

    private static void AddColumn(PlotModel panel, double x, TimeHistogram times, int series)
    {
        var dots = new ScatterSeries
        {
            MarkerType = MarkerType.Circle,
            MarkerSize = 2.6,
            MarkerFill = Marks.Faint(series),
            MarkerStroke = Marks.Colour(series),
            MarkerStrokeThickness = 0.5,
        };
        foreach ((long step, _) in times.Times)
            dots.Points.Add(new ScatterPoint(x, step));

        panel.Series.Add(dots);
        if (times.Quantile(0.5) is not { } median)
            return;

        var bar = new LineSeries { Color = OxyColors.Black, StrokeThickness = 2 };
        BoxMarks.Segment(bar, (x - 0.35, median), (x + 0.35, median));
        panel.Series.Add(bar);
    }

    /// <summary>One-way analysis of variance of the logarithms of the times.</summary>
    private static Verdict Judge(PointRuns[] groups)
    {
        if (groups.Length < 2 || groups.Any(runs => runs.Times.Solved < 2 || runs.Times.Solved < runs.Times.Runs))
            return Verdict.Undecided("some runs are unsolved, or there are too few to compare variances");

        double[][] logs = [.. groups.Select(runs => runs.Times.Times.SelectMany(entry => Enumerable.Repeat(Math.Log(entry.Step), (int)entry.Count)).ToArray())];
        double mean = logs.SelectMany(group => group).Average();
        double between = logs.Sum(group => group.Length * Math.Pow(group.Average() - mean, 2));
        double within = logs.Sum(group => group.Sum(log => Math.Pow(log - group.Average(), 2)));
        int betweenFreedom = logs.Length - 1;
        int withinFreedom = logs.Sum(group => group.Length) - logs.Length;
        double ratio = between / betweenFreedom / (within / withinFreedom);
        // P(F > f) = P(1/F < 1/f), and 1/F follows the law with the degrees of freedom exchanged, which avoids cancellation.
        double p = new FisherSnedecor(withinFreedom, betweenFreedom).CumulativeDistribution(1 / ratio);
        double explained = between / (between + within);
        return Verdict.Of(
            explained > 0.5 && p < 1e-6,
            $"the initialisation explains {100 * explained:0} % of the variance of log time, "
            + $"F({betweenFreedom}, {withinFreedom}) = {ratio:0.0}, {(p < SmallestP ? $"p < {SmallestP:0e+0}" : $"p = {p:0.0e+0}")}");
    }
}
