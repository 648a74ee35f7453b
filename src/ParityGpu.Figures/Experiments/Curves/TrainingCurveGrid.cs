using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// A panel of training curves for each of the paper's many networks, problems, batches and rates (figure 6).
/// </summary>
internal sealed class TrainingCurveGrid() : CurveExperiment(
    "fig6",
    "Training curves",
    "Plateaus that end in a short jump are seen across problems, networks, batch sizes and learning rates.",
    "figure 6")
{
    public override string Differences => "Hinge loss and the initialisation are ours, and so is n where the paper names none.";

    private const int Drawn = 5;

    /// <summary>Fraction of the settings in which the jump must be short.</summary>
    private const double Most = 0.75;

    protected override IReadOnlyList<LabelledSweep> Trained(Scale scale)
    {
        int n = At(scale, 20, 50, 50);
        long seeds = At(scale, 2, 10, 25);
        (int N, int K)[] problems = At<(int, int)[]>(
            scale, [(20, 3), (30, 3)], [(30, 3), (60, 3), (90, 3), (30, 4)], [(30, 3), (60, 3), (90, 3), (30, 4), (30, 5), (30, 6)]);
        (int Batch, double Rate)[] batches = At<(int, double)[]>(
            scale, [(1, 0.005), (16, 0.1)], Batches, Batches);
        SweepSpec polynet = Networks.Polynet() with { Loss = [Loss.Hinge] };
        List<LabelledSweep> networks =
        [
            .. problems.Select(at => Setting("relu-100", "ReLU-100", Networks.Relu(100), at.N, at.K, seeds, 20, StepsOf(at.K))),
            .. batches.Select(at => Setting(
                "polynet", "PolyNet", polynet with { Batch = [at.Batch], Lr = [at.Rate] }, n, 3, seeds, at.Rate < 0.1 ? 20 : 2, at.Rate < 0.1 ? 100_000 : 20_000)),
        ];
        if (scale == Scale.Smoke)
            return networks;

        networks.AddRange(
        [
            Setting("relu-3", "ReLU-3", Networks.Relu(3, 1), scale == Scale.Paper ? n : 30, 3, seeds, 200, 400_000),
            Setting("relu-1000", "ReLU-1000", Networks.Relu(1000, 1024), n, 3, At(scale, 1, 2, 25), 20, 20_000),
            Setting("power-1000", "z^k-1000", Networks.Power(1000, 1024, 0.01), n, 3, At(scale, 1, 2, 25), 10, 20_000),
        ]);
        if (scale == Scale.Laptop)
            return networks;

        return
        [
            .. networks,
            Setting("power-3", "z^k-3", Networks.Power(3, 1, 0.01), n, 3, seeds, 100, 100_000),
            Setting("relu-1000", "ReLU-1000", Networks.Relu(1000, 1), n, 3, seeds, 200, 400_000),
            Setting("power-1000", "z^k-1000", Networks.Power(1000, 1, 0.001), n, 3, seeds, 100, 100_000),
            Setting("transformer", "Transformer", Networks.Transformer(32), n, 3, 5, 20, 20_000),
            Setting("transformer", "Transformer", Networks.Transformer(1024), n, 3, 5, 20, 20_000),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        IReadOnlyList<CurveGroup> groups = Groups(data);
        string caption = $"Held-out accuracy over the steps of up to {Drawn} runs of each setting; PolyNet and z^k start from zero biases.\n{Shared(data)}";
        var panels = groups.Select(group => LinePanel.OfRuns(group.Label, group.First(Drawn), LinePanel.Accuracy(), at => at.Accuracy));
        return new ExperimentResult(
            new Figure(Title, caption, [.. panels], CurveGroup.Numbers(groups)) { Columns = 3, Width = 1020, RowHeight = 225 }, JudgeJumps(groups, Most));
    }

    /// <summary>More than runs of ReLU-100 take.</summary>
    private static long StepsOf(int k) => k switch { 3 => 100_000, 4 => 400_000, 5 => 4_000_000, _ => 40_000_000 };

    private static (int Batch, double Rate)[] Batches => [(1, 0.005), (4, 0.01), (16, 0.1), (64, 0.1), (256, 0.1), (1024, 0.1)];

    private static LabelledSweep Setting(string name, string label, SweepSpec spec, int n, int k, long seeds, long spacing, long steps)
    {
        int batch = spec.Batch[0];
        return new LabelledSweep(
            $"{name}-n{n}-k{k}-b{batch}",
            $"{label}, ({n}, {k}), B = {batch}, η = {Panel.Plain(spec.Lr[0])}",
            spec with { N = [n], K = [k], Seeds = seeds, MaxSteps = steps, Curve = CurveSteps.Every(Math.Max(spacing, steps / 5000)) });
    }
}
