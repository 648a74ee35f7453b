using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>The parity of all inputs, k = n, from initial weights that are signs, noisy signs or Gaussian.</summary>
internal sealed class FullParity() : Experiment(
    "full-parity",
    "The parity of all inputs",
    "The parity of all inputs is learned if the initial weights of the first layer are random signs, even with a little noise, but not if they are Gaussian.",
    "Abbe, Cornacchia, Hązła, Kougang-Yombi, Learning High-Degree Parities: The Crucial Role of the Initialization, 2024")
{
    public override string Differences =>
        "Two-layer ReLU networks with hinge loss, of width 512 for n = 30 and 4096 for n = 50, are ours; so is the 80 % accuracy on held-out samples at which a run "
        + "counts as solved. The paper has η = 0.1, B = 64, and n = 50 to 250. With width 512 at n = 50, signs reach 53 to 73 % in 100,000 steps and Gaussian weights 49 to 52 % (200 seeds each).";

    private const double LittleNoise = 0.1;

    private static readonly SweepSpec Setting = new()
    {
        Batch = [64],
        Lr = [0.1],
        TargetAccuracy = 0.8,
    };

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale)
    {
        int n = At(scale, 12, 30, 50);
        SweepSpec sized = Setting with
        {
            N = [n],
            K = [n],
            Width = [At(scale, 100, 512, 4096)],
            Seeds = At(scale, 4, 25, 100),
            MaxSteps = At(scale, 1000, 4000, 20_000),
            TestSamples = At(scale, 1024, 2048, 8192),
        };
        return
        [
            new("signs", sized with { Init = [Init.Rademacher], InitSigma = [0, LittleNoise, 1] }),
            new("gaussian", sized with { Init = [Init.Gaussian, Init.KaimingNormal], InitSigma = [1] }),
        ];
    }

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Figure figure = SolvedPlot.Draw(new PlotRequest(data.All) { Title = Title });
        return new ExperimentResult(figure, Judge(data).At(data.Scale));
    }

    /// <summary>
    /// Held if more runs are solved from signs, without or with a little noise, than from any Gaussian, by 95 % intervals that do not overlap.
    /// </summary>
    private static Verdict Judge(ExperimentData data)
    {
        PointRuns[] signs = [.. data.Runs["signs"].Where(runs => runs.Point.InitSigma <= LittleNoise)];
        IReadOnlyList<PointRuns> gaussian = data.Runs["gaussian"];
        string evidence = "solved: " + string.Join(", ", data.All.Select(runs =>
            $"{runs.Times.Solved} of {runs.Times.Runs} from {new NameKind<Init>().Format(runs.Point.Init)}{(runs.Point.Init == Init.KaimingNormal ? "" : $" with σ = {runs.Point.InitSigma}")}"
            + (runs.Times.Quantile(0.5) is { } median ? $" (median {median:0.#} steps)" : "")));
        if (signs.Length == 0 || signs.Concat(gaussian).Any(runs => SuccessRate.Of(runs.Times) is null))
            return Verdict.Undecided($"runs are missing; {evidence}");

        double least = signs.Min(runs => SuccessRate.Of(runs.Times)!.Value.Low);
        double most = gaussian.Max(runs => SuccessRate.Of(runs.Times)!.Value.High);
        return Verdict.Of(least > most, $"{evidence}; 95 % intervals: at least {100 * least:0} % of signs, at most {100 * most:0} % of Gaussian weights");
    }
}
