using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Statistics;
using ParityGpu.Theory;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Theorem 4's learner: one step of the hidden layer from signs, with a batch of the order of n^k log n, then the output layer alone.
/// </summary>
internal sealed class OneStepLearner() : Experiment(
    "theorem4",
    "Parity by one large-batch step and its output layer",
    "One step with a batch of the order of n^k log n leaves features from which the output layer alone learns the parity; a much smaller batch does not.",
    "theorem 4")
{
    public override string Differences =>
        "Width, the output layer's rate and the accuracy of 95 % that counts as learned are ours; the theorem leaves the batch's "
        + "constant open.";

    private const int Width = 1000;
    private const double Accuracy = 0.95;
    private const double Large = 1;
    private const double Small = 1 / 16.0;

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        (int N, int K)[] problems = At<(int, int)[]>(
            scale, [(7, 2), (9, 2)], [(7, 2), (11, 2), (15, 2), (21, 2)], [(7, 2), (11, 2), (15, 2), (21, 2), (31, 2), (41, 2), (7, 4), (9, 4), (11, 4), (15, 4)]);
        double[] multiples = At<double[]>(
            scale, [1 / 64.0, Small, Large], [1 / 64.0, 1 / 32.0, Small, 1 / 8.0, 1 / 4.0, 1 / 2.0, Large, 2],
            [1 / 256.0, 1 / 128.0, 1 / 64.0, 1 / 32.0, Small, 1 / 8.0, 1 / 4.0, 1 / 2.0, Large, 2, 4]);
        return
        [
            .. from problem in problems
            let step = new OneStep(problem.N, problem.K, Width)
            select new ExperimentSweep($"n{problem.N}-k{problem.K}", step.Sweep(At(scale, 4, 20, 100)) with
            {
                Batch = [.. multiples.Select(multiple => Batch(step, multiple)).Distinct()], TargetAccuracy = Accuracy, MaxSteps = At(scale, 50, 200, 10_000),
            }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        PointRuns[][] problems = [.. data.Runs.Values.Select(points => points.ToArray())];
        MarkedLine[] lines =
        [
            .. problems.Select(points => MarkedLine.OfRates(PointSeries.Of(
                $"n = {points[0].Point.N}, k = {points[0].Point.K}", points, point => point.Batch / Theorem(point).TheoremBatch))),
        ];
        LinearAxis rates = Panel.Rates(AxisPosition.Left, $"runs at {100 * Accuracy:0} % accuracy");
        PlotModel panel = MarkedLine.Panel(null, Panel.Log(AxisPosition.Bottom, "batch size B over n^{k} ln n"), rates, lines);
        var request = new PlotRequest(data.All) { Title = Title };
        string caption = $"Fraction of {request.Seeds} with at least {100 * Accuracy:0} % accuracy on held-out samples within {data.All[0].Point.MaxSteps:N0} "
            + $"steps, with 95 % Wilson intervals. Step 0 trains the hidden layer with weight decay 1 and the rate 1/(k|ξ_(k−1)|), "
            + $"all others the output layer; r = {Width}, hinge loss, sign initialisation, zero biases.";
        return new ExperimentResult(new Figure(Title, caption, [panel], Numbers(problems)), Judge(problems));
    }

    private static OneStep Theorem(Specs.Point point) => new(point.N, point.K, point.Width);

    private static int Batch(OneStep step, double multiple) => (int)Math.Clamp(Math.Ceiling(step.TheoremBatch * multiple), 1, OneStep.MaxBatch);

    private static NumberTable Numbers(PointRuns[][] problems) => new(
        ["n", "k", "batch", "batchOverTheorem", "seeds", "solved", "successRate", "median"],
        from runs in problems.SelectMany(points => points)
        select (object?[])
        [
            runs.Point.N, runs.Point.K, runs.Point.Batch, runs.Point.Batch / Theorem(runs.Point).TheoremBatch, runs.Times.Runs, runs.Times.Solved,
            runs.Times.Solved / (double)runs.Times.Runs, runs.Times.Quantile(0.5),
        ]);

    private static Verdict Judge(PointRuns[][] problems)
    {
        bool held = true;
        var parts = new List<string>();
        foreach (PointRuns[] points in problems)
        {
            OneStep step = Theorem(points[0].Point);
            PointRuns? atTheorem = points.FirstOrDefault(runs => runs.Point.Batch == Batch(step, Large));
            PointRuns? below = points.MinBy(runs => runs.Point.Batch);
            if (atTheorem is null || below is null || atTheorem == below)
                return Verdict.Undecided($"n = {step.N}, k = {step.K}: runs at the theorem's batch or below are missing");

            (TimeHistogram large, TimeHistogram small) = (atTheorem.Times, below.Times);
            double least = WilsonInterval.Of(large.Solved, large.Runs).Low;
            double most = WilsonInterval.Of(small.Solved, small.Runs).High;
            held &= least > most;
            parts.Add($"n = {step.N}, k = {step.K}: {large.Solved} of {large.Runs} learned at B = n^k ln n (at least {100 * least:0} %), "
                + $"{small.Solved} of {small.Runs} at the smallest batch (at most {100 * most:0} %{(DifferenceTest.Of(atTheorem, below) is { } test ? $"; {test}" : "")})");
        }

        return Verdict.Of(held, string.Join("; ", parts));
    }
}
