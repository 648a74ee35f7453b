using ParityGpu.Figures.Plots;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>A sweep with curves, and its network's label in the figure.</summary>
internal sealed record LabelledSweep(string Name, string Label, SweepSpec Spec);

/// <summary>An experiment whose sweeps have one point each, a labelled network, with the training curves of its runs.</summary>
internal abstract class CurveExperiment(string name, string title, string claim, string source) : Experiment(name, title, claim, source)
{
    /// <summary>The networks that are trained, with their labels.</summary>
    protected abstract IReadOnlyList<LabelledSweep> Trained(Scale scale);

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
        [.. Trained(scale).Select(network => new ExperimentSweep(network.Name, network.Spec))];

    /// <summary>The runs of each network.</summary>
    protected IReadOnlyList<CurveGroup> Groups(ExperimentData data) =>
        [.. Trained(data.Scale).Select(network => CurveGroup.Of(network.Label, data.Runs[network.Name][0]))];

    /// <summary>The settings that all networks share, for the caption.</summary>
    protected static string Shared(ExperimentData data) => SettingNames.Shared([.. data.All.Select(runs => runs.Point)]);

    /// <summary>The settings that all networks share and then those of each, for the caption.</summary>
    protected string Settings(ExperimentData data) =>
        SettingNames.OfEach([.. Trained(data.Scale).Select(network => (network.Label, data.Runs[network.Name][0].Point))]);

    /// <summary>
    /// Whether the median jump from 60 to 95 % of enough networks takes at most half of what progress at an even rate would take, 70 % of
    /// the time to solve. Networks that are never solved are named but do not count.
    /// </summary>
    /// <param name="groups">Networks.</param>
    /// <param name="least">Fraction of the networks for which it must hold.</param>
    protected static Verdict JudgeJumps(IReadOnlyList<CurveGroup> groups, double least)
    {
        const double Longest = 0.35;
        (string Label, double Jump, int Solved, int Runs)[] jumps =
        [
            .. from grouped in groups
            let jump = grouped.Median(run => run.Jump())
            where jump is not null
            select (grouped.Label, jump.Value, grouped.Solved.Count(), grouped.Runs.Count),
        ];
        string[] unsolved = [.. groups.Where(group => !group.Solved.Any()).Select(group => group.Label)];
        if (unsolved.Length > groups.Count / 2)
            return Verdict.Undecided($"no run of {string.Join(", ", unsolved)} was solved");

        int sharp = jumps.Count(entry => entry.Jump <= Longest);
        string evidence = $"the jump from 60 to 95 % takes at most {Longest:0.00} of the time to solve in {sharp} of {jumps.Length} networks (an even rate: 0.70): "
            + string.Join("; ", jumps.Select(entry => $"{entry.Label} {entry.Jump:0.00} ({entry.Solved} of {entry.Runs} solved)"))
            + (unsolved.Length > 0 ? $"; unsolved: {string.Join("; ", unsolved)}" : "");
        return Verdict.Of(sharp >= least * jumps.Length, evidence);
    }
}
