using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using OxyPlot;
using OxyPlot.Axes;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Loss, accuracy and ρ = ‖w_t − w_0‖_∞ along training, on parities and on random labels, with the same initial weights and inputs
/// (figures 3 and 13).
/// </summary>
/// <param name="name">Its name on the command line.</param>
/// <param name="source">Where the claim is made.</param>
/// <param name="networks">Names of the logs, labels, settings and steps of the networks.</param>
internal sealed class HiddenProgress(string name, string source, (string Name, string Label, SweepSpec Spec, long Steps)[] networks) : Experiment(
    name,
    "Hidden progress",
    "While accuracy is still at chance, ρ already differs from its value on random labels: progress that the accuracy hides.",
    source)
{
    public override string Differences => "The settings are ours, but for the batch and rate of ReLU networks.";

    private const int Drawn = 3;

    /// <summary>With fewer pairs, no outcome of the sign test is significant.</summary>
    private const int FewestPairs = 7;

    private const double Significant = 0.01;

    public static HiddenProgress Figure3() => new("fig3", "figure 3",
    [
        ("sinusoid", "sinusoid", Networks.Neuron(Activation.Sin, rate: 0.01), 4000),
        ("relu-10", "ReLU-10", Networks.Relu(10), 12_000),
    ]);

    public static HiddenProgress Figure13() => new("fig13", "figure 13",
    [
        ("relu-100", "ReLU-100", Networks.Relu(100), 4000),
        ("power-100", "z^k-100", Networks.Power(100, rate: 0.02), 1500),
        ("polynet", "PolyNet", Networks.Polynet(rate: 0.01), 1500),
    ]);

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
    [
        .. networks.Select(network => new ExperimentSweep(network.Name, network.Spec with
        {
            N = [At(scale, 30, 50, 50)], Noise = [0, 0.5], Seeds = At(scale, 3, ExperimentData.Curves, ExperimentData.Curves),
            MaxSteps = At(scale, network.Steps / 2, network.Steps, network.Steps), Curve = CurveSteps.Every(Math.Max(1, network.Steps / 200)),
        })),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        var panels = new List<PlotModel>();
        var groups = new List<CurveGroup>();
        var rows = new List<PlotModel[]>();
        var verdicts = new List<(Verdict Verdict, string Label)>();
        foreach ((string sweep, string label, _, _) in networks)
        {
            CurveGroup parity = CurveGroup.Of($"{label}, parity", data.Runs[sweep].Single(runs => runs.Point.Noise == 0));
            CurveGroup random = CurveGroup.Of($"{label}, random labels", data.Runs[sweep].Single(runs => runs.Point.Noise > 0));
            groups.AddRange([parity, random]);
            rows.Add(Column(label, parity, random));
            verdicts.Add((Judge(parity, random), label));
        }

        for (int row = 0; row < rows[0].Length; row++)
            panels.AddRange(rows.Select(column => column[row]));

        string caption = $"Up to {Drawn} runs of each network on the parity (solid) and as many on random labels (dashed) from the same initial weights and inputs; "
            + "training stops where a run is solved. Last row, parity only: largest movement of a weight from a relevant input (solid) and from an irrelevant "
            + $"one (dotted).\n{SettingNames.OfEach([.. networks.Select(network => (network.Label, data.Runs[network.Name][0].Point))])}";
        var figure = new Figure(Title, caption, panels, CurveGroup.Numbers(groups)) { Columns = rows.Count, Width = 380 * rows.Count, RowHeight = 230 };
        string evidence = string.Join("; ", verdicts.Select(entry => $"{entry.Label}: {entry.Verdict.Evidence}"));
        return new ExperimentResult(figure, verdicts.Any(entry => entry.Verdict.Outcome == ClaimOutcome.Undecided)
            ? Verdict.Undecided(evidence)
            : Verdict.Of(verdicts.All(entry => entry.Verdict.Outcome == ClaimOutcome.Held), evidence));
    }

    private static PlotModel[] Column(string label, CurveGroup parity, CurveGroup random)
    {
        CurveGroup solid = parity.FirstSolved(Drawn);
        solid = solid.Runs.Count > 0 ? solid : parity.First(Drawn);
        CurveGroup dashed = random with { Runs = [.. random.Runs.Where(run => solid.Runs.Any(other => other.Record.Seed == run.Record.Seed))] };
        double last = solid.LastStep;
        LinePanel[] panels =
        [
            Both(label, Panel.Linear(AxisPosition.Left, "training loss", 0), at => at.TrainLoss),
            Both(null, LinePanel.Accuracy(), at => at.Accuracy),
            Both(null, Panel.Linear(AxisPosition.Left, "ρ", 0), at => at.Movement),
            new LinePanel(null, LinePanel.Steps(last), Panel.Linear(AxisPosition.Left, "movement", 0))
                .Curves(solid, 0, at => at.MovementRelevant, "relevant", LineStyle.Solid)
                .Curves(solid, 2, at => at.MovementIrrelevant, "irrelevant", LineStyle.Dot),
        ];
        foreach (LinePanel panel in panels)
            panel.LegendBelow();

        panels[0].Plain();
        panels[1].Plain();
        return [.. panels.Select(panel => panel.Model)];

        LinePanel Both(string? title, LinearAxis y, Func<CurvePoint, double> value) => new LinePanel(title, LinePanel.Steps(last), y)
            .Curves(dashed, 1, value, "random labels", LineStyle.Dash)
            .Curves(solid, 0, value, "parity", LineStyle.Solid);
    }

    /// <summary>
    /// Sign test over seeds: ρ on the parity against ρ on random labels, at the last measured
    /// step at which the accuracy on the parity is within 5 % of chance.
    /// </summary>
    private static Verdict Judge(CurveGroup parity, CurveGroup random)
    {
        (double Ratio, double Fraction, double Reached)[] pairs =
        [
            .. from run in parity.Solved
            let chance = run.AtChance()
            let other = random.Runs.FirstOrDefault(candidate => candidate.Record.Seed == run.Record.Seed)
            where chance is not null && other.Curve is not null
            let same = other.Curve!.Points.FirstOrDefault(at => at.Step == chance.Value.Step)
            where chance.Value.Step > 0 && same.Step > 0
            select (
                (double)chance.Value.Movement / same.Movement, chance.Value.Step / (double)run.Record.Steps,
                (double)chance.Value.Movement / run.Curve!.Points[^1].Movement),
        ];
        if (pairs.Length == 0)
            return Verdict.Undecided("no pair of runs to compare");

        int larger = pairs.Count(pair => pair.Ratio > 1);
        double p = larger == 0 ? 1 : 1 - Binomial.CDF(0.5, pairs.Length, larger - 1);
        string evidence = $"accuracy is at chance for {100 * pairs.Select(pair => pair.Fraction).Median():0} % of the time to solve; "
            + $"ρ then is {pairs.Select(pair => pair.Ratio).Median():0.0} times that on random labels, larger in {larger} of {pairs.Length} runs (sign test p = {p:0.0e+0}), "
            + $"and {pairs.Select(pair => pair.Reached).Median():0.00} of its final value";
        return pairs.Length < FewestPairs ? Verdict.Undecided(evidence) : Verdict.Of(p < Significant, evidence);
    }
}
