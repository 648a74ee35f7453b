using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Theory;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Disjoint-PolyNet: SGD, and gradient flow on the population's correlation loss, whose error falls at the very end (figure 5, theorem
/// 6).
/// </summary>
internal sealed class DisjointPolynet() : Experiment(
    "fig5",
    "Disjoint-PolyNet",
    "Gradient flow spends all but a fraction of order n'^(1-k/2) of its time at an error of 49 % or more.",
    "figure 5, theorem 6")
{
    public override string Differences => "Batch, rate and sizes are ours.";

    private const double Error = 0.49;

    /// <summary>How far a fitted exponent may be from the theorem's.</summary>
    private const double Tolerance = 0.05;

    private const int FlowPoints = 400;

    private static readonly int[] Degrees = [3, 4, 5];
    private static readonly int[] FlowSizes = [64, 1024, 16_384];

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
    [
        new("sgd", new SweepSpec
        {
            Model = [Kernels.Model.DisjointPolynet], N = [At(scale, 30, 60, 60)], Loss = [Kernels.Loss.Correlation], Batch = [32], Lr = [0.01], Seeds = At(scale, 3, 10, 100),
            MaxSteps = 20_000, Curve = CurveSteps.Every(4),
        }),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        CurveGroup sgd = CurveGroup.Of("SGD", data.All[0]);
        int largest = At(data.Scale, 1 << 14, 1 << 17, 1 << 20);
        int[] sizes = [.. Enumerable.Range(10, 11).Select(power => 1 << power).Where(size => size <= largest)];
        var fits = new List<(int K, FlowTimes[] Times, PowerLawFit Fit)>();
        foreach (int k in Degrees)
        {
            FlowTimes[] times = [.. sizes.Select(size => FlowTimes.Of(GradientFlow.FromSigns(k, size), k, size, Error))];
            fits.Add((k, times, PowerLawFit.Of([.. times.Select(at => ((double)at.BlockInputs, at.Remaining))])!));
        }

        PlotModel[] panels = [LinePanel.OfRuns("SGD", sgd.First(5), LinePanel.Accuracy(), at => at.Accuracy), DrawFlow(), DrawTimes(fits)];
        string caption = "Left: SGD, " + SettingNames.Shared([.. data.All.Select(runs => runs.Point)])
            + ". Centre: error of gradient flow from sign initialisation over its time, k = 3. Right: the part of the time until error 0 that is left when the error falls "
            + "below 49 %; exponents are those of least-squares power laws.";
        var figure = new Figure(Title, caption, panels, Numbers(sgd, fits)) { Columns = 3, Width = 1140, RowHeight = 340 };
        return new ExperimentResult(figure, Judge(sgd, fits));
    }

    private static PlotModel DrawFlow()
    {
        LinePanel panel = new LinePanel(
            "gradient flow, k = 3", Panel.Linear(AxisPosition.Bottom, "time / T(0)", 0, 1.05), Panel.Percent(AxisPosition.Left, "error")).LegendBelow();
        ((LinearAxis)panel.Model.Axes[1]).Maximum = 0.52;
        for (int i = 0; i < FlowSizes.Length; i++)
        {
            var flow = GradientFlow.FromSigns(3, FlowSizes[i]);
            double end = flow.Reach(0);
            double whole = flow.Time(0, end);
            double start = 1e-4 / FlowSizes[i];
            (double, double)[] points =
            [
                (0, flow.Error(0)),
                .. from step in Enumerable.Range(0, FlowPoints + 1)
                   let q = start * Math.Pow(end / start, step / (double)FlowPoints)
                   select (flow.Time(0, q) / whole, flow.Error(q)),
                (1.05, 0),
            ];
            panel.Add(points, i, $"n' = {FlowSizes[i]}");
        }

        return panel.Model;
    }

    private static PlotModel DrawTimes(List<(int K, FlowTimes[] Times, PowerLawFit Fit)> fits)
    {
        LinePanel panel = new LinePanel(
            "gradient flow", Panel.Log(AxisPosition.Bottom, "inputs n' of a block"), Panel.Log(AxisPosition.Left, "1 − T(0.49) / T(0)")).LegendBelow();
        for (int i = 0; i < fits.Count; i++)
        {
            (int k, FlowTimes[] times, PowerLawFit fit) = fits[i];
            panel.Add(
                times.Select(at => ((double)at.BlockInputs, at.Remaining)), i,
                $"k = {k}: n'^{{{fit.Exponent:0.00}}}", markers: true);
        }

        return panel.Model;
    }

    private static NumberTable Numbers(CurveGroup sgd, List<(int K, FlowTimes[] Times, PowerLawFit Fit)> fits) =>
        new(
            ["part", "k", "blockInputs", "timeToError", "timeToZero", "remaining", "fitted", "seed", "step", "accuracy"],
            [
                .. from entry in fits
                   from at in entry.Times
                   select (object?[])
                       ["flow", entry.K, at.BlockInputs, at.TimeToError, at.TimeToZero, at.Remaining, entry.Fit.At(at.BlockInputs), null, null, null],
                .. from run in sgd.Runs
                   from at in run.Curve!.Points
                   select (object?[])["sgd", null, null, null, null, null, null, run.Record.Seed, at.Step, at.Accuracy],
            ]);

    private static Verdict Judge(CurveGroup sgd, List<(int K, FlowTimes[] Times, PowerLawFit Fit)> fits)
    {
        double? chance = sgd.Median(run => run.Reaching(Milestones.Chance)?.Step / (double)run.Record.Steps);
        string exponents = string.Join("; ", fits.Select(entry =>
            $"k = {entry.K}: fitted exponent {entry.Fit.Exponent:0.000}, theorem 6 {1 - (entry.K / 2.0):0.0}"));
        return Verdict.Of(
            fits.All(entry => Math.Abs(entry.Fit.Exponent - (1 - (entry.K / 2.0))) < Tolerance),
            exponents + $"; SGD, {sgd.Solved.Count()} of {sgd.Runs.Count} solved, has an error above 45 % for {chance:0.00} of its time to solve (median)");
    }
}
