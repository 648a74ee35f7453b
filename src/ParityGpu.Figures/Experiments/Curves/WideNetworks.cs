using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>Wide networks with σ(z) = z^k and large batches learn without a plateau (figure 17).</summary>
internal sealed class WideNetworks() : CurveExperiment(
    "fig17",
    "Wide networks with large batches",
    "Very wide z^k networks with large batches leave chance at once: their plateau is a smaller part of training than that of narrow ones.",
    "figure 17")
{
    public override string Differences => "Widths, batches and rates are ours.";

    private const int Drawn = 3;

    /// <summary>Upper limit on the widest network's plateau, as a fraction of the narrowest network's.</summary>
    private const double Shorter = 0.5;

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale)
    {
        int n = At(scale, 20, 50, 50);
        (int Width, int Batch)[] networks = At<(int, int)[]>(
            scale, [(10, 16), (1000, 256)], [(10, 16), (100, 64), (1000, 1024), (3000, 1024)], [(10, 16), (100, 64), (1000, 1024), (10_000, 1024), (100_000, 4096)]);
        return
        [
            .. networks.Select(at => new LabelledSweep(
                $"width-{at.Width}", $"r = {at.Width}, B = {at.Batch}", Networks.Power(at.Width, at.Batch) with
                {
                    N = [n], Seeds = At(scale, 2, at.Width < 3000 ? 10 : 5, 25), MaxSteps = 2000, Lr = [at.Batch < 64 ? 0.02 : 0.1], Curve = CurveSteps.Every(4),
                })),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        var panel = new LinePanel(
            null, Panel.Linear(OxyPlot.Axes.AxisPosition.Bottom, "step / steps until 95 % accuracy", 0, 1.5), LinePanel.Accuracy());
        for (int i = 0; i < groups.Count; i++)
        {
            CurveGroup drawn = groups[i].FirstSolved(Drawn);
            panel.Curves(drawn, i, at => at.Accuracy, groups[i].Label, x: (run, at) => at.Step / (double)run.Reaching(Milestones.JumpTo)!.Value.Step);
        }

        string caption = $"Up to {Drawn} solved runs of each network.\n{Settings(data)}";
        return new ExperimentResult(new Figure(Title, caption, [panel.Model], CurveGroup.Numbers(groups)), Judge(groups));
    }

    private static Verdict Judge(IReadOnlyList<CurveGroup> groups)
    {
        bool[] shorter =
        [
            .. from narrow in groups[0].Solved
            join wide in groups[^1].Solved on narrow.Record.Seed equals wide.Record.Seed
            select wide.Plateau() < Shorter * narrow.Plateau(),
        ];
        if (shorter.Length == 0)
            return Verdict.Undecided("no seed is solved by both the narrowest and the widest network");

        int count = shorter.Count(pair => pair);
        double least = WilsonInterval.Of(count, shorter.Length).Low;
        return Verdict.Of(
            least > 0.5,
            "steps below 55 % over steps to 95 %: " + string.Join("; ", groups.Select(group =>
                $"{group.Label} {group.Median(run => run.Plateau()):0.00} ({group.Solved.Count()} of {group.Runs.Count} solved)"))
            + $"; at the largest width less than {Shorter:0.0} times that at the smallest for {count} of {shorter.Length} seeds that both solve "
            + $"(at least {100 * least:0} %, Wilson, 95 %)");
    }
}
