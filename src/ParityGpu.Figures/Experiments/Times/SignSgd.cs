using OxyPlot;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Plots;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures.Experiments;

/// <summary>
/// Sign SGD against SGD at batches of n^(k−1) samples, on two-layer networks with σ(z) = z^k: Kou et al. 2024 prove it for sign SGD under
/// correlation loss and a fixed second layer.
/// </summary>
internal sealed class SignSgd() : Experiment(
    "sign-sgd",
    "Sign SGD and SGD at batches of n² samples, k = 3",
    "With batches of the order of n^(k−1) sign SGD learns k-sparse parities in a number of steps that grows more slowly with n than that of SGD.",
    "Kou et al., Matching the Statistical Query Lower Bound for k-Sparse Parity Problems with Sign Stochastic Gradient Descent, 2024")
{
    public override string Differences =>
        "k = 3, r = 32, a trained second layer, hinge loss beside correlation loss, and five rates of which the best counts for each "
        + "optimizer, loss and n are ours.";

    private const double Significant = -3;
    private const int Degree = 3;

    private static readonly SweepSpec Setting = new()
    {
        K = [Degree],
        Activation = [Activation.Power],
        Width = [32],
        Lr = [0.01, 0.03, 0.1, 0.3, 1],
        Loss = [Loss.Hinge, Loss.Correlation],
        Biases = [InitialBiases.Zero],
        Optimizer = [Optimizer.SignSgd, Optimizer.Sgd],
        MaxSteps = 2_000,
    };

    /// <summary>The runs of an optimizer under a loss at its best rate for each n.</summary>
    private sealed record Group(Optimizer Optimizer, Loss Loss, IReadOnlyList<PointRuns> Best)
    {
        public string Label => Optimizer == Optimizer.Sgd ? "SGD" : "sign SGD";
    }

    public override IReadOnlyList<ExperimentSweep> Sweeps(Scale scale) =>
    [
        .. from n in At<int[]>(scale, [8, 12], [10, 14, 20, 28, 40], [10, 14, 20, 28, 40, 56, 80, 112, 160])
        select new ExperimentSweep($"n{n}", Setting with
        {
            N = [n], Batch = [(int)Math.Pow(n, Degree - 1)], Seeds = At(scale, 5, 20, 100), MaxSteps = At(scale, 500, 2_000, 100_000),
        }),
    ];

    public override ExperimentResult Evaluate(ExperimentData data)
    {
        Group[] groups =
        [
            .. from loss in Setting.Loss
            from optimizer in Setting.Optimizer
            select new Group(optimizer, loss,
            [
                .. data.All.Where(runs => runs.Point.Loss == loss && runs.Point.Optimizer == optimizer).GroupBy(runs => runs.Point.N)
                    .Select(rates => rates.OrderBy(runs => runs.Times.Quantile(0.5) ?? double.PositiveInfinity).ThenByDescending(runs => runs.Times.Solved).First()),
            ]),
        ];
        PlotModel[] panels =
        [
            .. Setting.Loss.Select(loss => Panel.WithLegendBelow(ScalingPlot.Medians(
                loss == Loss.Hinge ? "hinge loss" : "correlation loss",
                [.. groups.Where(group => group.Loss == loss).Select(group => Series(group))], SpecSetting.Find("n")!, published: null))),
        ];
        var request = new PlotRequest(data.All) { Title = Title };
        string caption = ScalingPlot.Caption(request, SpecSetting.Find("n")!, published: false)
            + $" Best of the rates {string.Join(", ", Setting.Lr)} each; B = n².";
        NumberTable numbers = TimeTable.Of([.. groups.SelectMany(group => group.Best)]);
        Figure figure = request.Figure(Title, caption, panels, numbers) with { Columns = 2, Width = 960, RowHeight = 400 };
        return new ExperimentResult(figure, Judge(groups));
    }

    private static PointSeries Series(Group group)
    {
        PointSeries series = PointSeries.Of(group.Label, group.Best, point => point.N);
        return group.Best.Any(runs => runs.Times.Quantile(0.5) is not null) ? series : series with { Label = $"{group.Label}: no median" };
    }

    private static Verdict Judge(Group[] groups)
    {
        Group Of(Optimizer optimizer, Loss loss) => groups.Single(group => group.Optimizer == optimizer && group.Loss == loss);
        PowerLawFit? sign = ScalingPlot.Fit(Series(Of(Optimizer.SignSgd, Loss.Hinge)));
        PowerLawFit? plain = ScalingPlot.Fit(Series(Of(Optimizer.Sgd, Loss.Hinge)));
        PointRuns Last(Optimizer optimizer, Loss loss) => Of(optimizer, loss).Best.MaxBy(runs => runs.Point.N)!;
        int n = Of(Optimizer.Sgd, Loss.Hinge).Best.Max(runs => runs.Point.N);
        (PointRuns fast, PointRuns slow) = (Last(Optimizer.SignSgd, Loss.Hinge), Last(Optimizer.Sgd, Loss.Hinge));
        (PointRuns signs, PointRuns gradients) = (Last(Optimizer.SignSgd, Loss.Correlation), Last(Optimizer.Sgd, Loss.Correlation));
        DifferenceTest? hinge = DifferenceTest.Of(fast, slow);
        string evidence = $"hinge loss: steps ∝ {Power(sign)} with sign SGD, {Power(plain)} with SGD; "
            + $"n = {n}: medians {fast.Times.Quantile(0.5)} and {slow.Times.Quantile(0.5)} ({hinge}); "
            + $"correlation loss: {signs.Times.Solved} of {signs.Times.Runs} and {gradients.Times.Solved} of {gradients.Times.Runs} solved "
            + $"({DifferenceTest.Of(signs, gradients)})";
        return sign?.ExponentInterval.High is { } high && plain?.ExponentInterval.Low is { } low && hinge is not null
            ? Verdict.Of(high < low && hinge.P.Log10 < Significant && fast.Times.Quantile(0.5) < slow.Times.Quantile(0.5), evidence)
            : Verdict.Undecided($"fewer than three n under hinge loss; {evidence}");
    }

    private static string Power(PowerLawFit? fit) =>
        fit is null ? "no power of n" : $"n^{fit.Exponent:0.00}{ScalingPlot.ExponentInterval(fit.ExponentInterval)}";
}
