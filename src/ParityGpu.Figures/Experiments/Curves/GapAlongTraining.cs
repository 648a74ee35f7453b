using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// The Fourier gap of the population gradient along training (figure 12), exact over all inputs at every measured step.
/// </summary>
internal sealed class GapAlongTraining() : CurveExperiment(
    "fig12",
    "Fourier gap along training",
    "A sinusoid's gap is there from the start, and training amplifies it while accuracy is still at chance.",
    "figure 12")
{
    public override string Differences =>
        "One neuron and its settings are ours: of networks with several units the logs have the largest gap of any unit, which needs "
        + "not grow.";

    private const int Drawn = 5;

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale)
    {
        return [.. At<int[]>(scale, [2, 3], [2, 3, 4], [2, 3, 4]).Select(k => new LabelledSweep($"sinusoid-k{k}", $"sinusoid, k = {k}", Sinusoid(k)))];

        SweepSpec Sinusoid(int k) => Networks.Neuron(Activation.Sin, rate: k < 4 ? 0.01 : 0.02) with
        {
            N = [15],
            K = [k],
            Seeds = At(scale, 5, 20, 20),
            MaxSteps = 20_000,
            Curve = CurveSteps.Every(5),
            CurveGap = true,
        };
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        CurveGroup[] drawn = [.. groups.Select(group => group.First(Drawn))];
        PlotModel[] panels =
        [
            .. drawn.Select(group => LinePanel.OfRuns(group.Label, group, LinePanel.Accuracy(least: 0.3), at => at.Accuracy)),
            .. drawn.Select(group => LinePanel.OfRuns(null, group, Panel.Linear(AxisPosition.Left, "Fourier gap"), at => at.Gap)),
        ];
        string caption = "Gap: the smallest |population gradient| of a weight from a relevant input minus the largest of one from an irrelevant input; "
            + $"a line for each run, in the same colour above and below.\n{Settings(data)}";
        return new ExperimentResult(
            new Figure(Title, caption, panels, CurveGroup.Numbers(groups)) { Columns = groups.Count, Width = 340 * groups.Count, RowHeight = 260 }, Judge(groups));
    }

    private static Verdict Judge(IReadOnlyList<CurveGroup> groups)
    {
        var parts = new List<string>();
        int positive = 0;
        int grown = 0;
        int all = 0;
        foreach (CurveGroup network in groups)
        {
            (double Start, double Chance)[] gaps =
            [
                .. from run in network.Solved
                let chance = run.AtChance()
                where chance is not null
                select ((double)run.Curve!.Points[0].Gap, (double)chance.Value.Gap),
            ];
            if (gaps.Length == 0)
                return Verdict.Undecided($"no run of {network.Label} was solved");

            all += gaps.Length;
            int first = gaps.Count(gap => gap.Start > 0);
            int later = gaps.Count(gap => gap.Chance > gap.Start);
            positive += first;
            grown += later;
            parts.Add(
                $"{network.Label}: positive at the start in {first} of {gaps.Length} runs, larger at the last step with accuracy within 5 % of chance in {later}, "
                + $"{network.Median(run => run.AtChance()?.Gap / (double)run.Curve!.Points[0].Gap):0.0} times as large (median)");
        }

        return Verdict.Of(positive >= 0.9 * all && grown >= 0.9 * all, string.Join("; ", parts));
    }
}
