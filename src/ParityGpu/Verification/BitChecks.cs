using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Verification;

/// <summary>Complete runs of a device against the CPU's, bit for bit.</summary>
internal static class BitChecks
{
    private const int Seeds = 8;

    /// <summary>Number of runs for what hardly depends on the seed.</summary>
    private const int FewSeeds = 2;

    /// <summary>From about this many standard deviations on, a normal draw uses the formula with the square root.</summary>
    private const float Tail = 2.94f;

    /// <summary>The checks, one after another.</summary>
    public static IEnumerable<VerifyLine> Run(Device device)
    {
        using var cpu = DeviceCatalog.OpenCpu(null);
        var pair = new DevicePair(device, cpu);
        foreach (var point in NormalPoints())
            yield return NormalDraws(pair, point);

        foreach (var point in TrainingPoints())
            yield return Training(pair, point);

        foreach (var point in AdamPoints())
            yield return Adam(pair, point);

        foreach (var point in DivergingPoints())
            yield return Divergence(pair, point);

        foreach (var point in CurvePoints())
            yield return Curve(pair, point);
    }

    /// <summary>Initial weights, enough of them that some are far out in the tails.</summary>
    private static VerifyLine NormalDraws(DevicePair pair, Point point)
    {
        using var runs = BankComparison.Load(pair, point, Seeds);
        runs.Launch(0);
        runs.CompareRuns();
        float tail = Tail * RunPlan.Settings(point, 0).HiddenScale;
        int inputs = point.Model == Model.Transformer ? point.DEmb : point.N;
        int first = (int)FirstLayerLayout.RunFloats(inputs, point.Width);
        int tails = Enumerable.Range(0, Seeds).Sum(seed => runs.Weights(seed).Take(first).Count(weight => MathF.Abs(weight) > tail));
        return tails == 0
            ? new VerifyLine("draws", false, $"{VerifyPoints.Describe(point)}: no normal draw is in the tails")
            : runs.Line("draws", $"{Seeds} runs, {runs.Compared.Weights:N0} initial weights, {tails:N0} of them in the tails");
    }

    private static VerifyLine Training(DevicePair pair, Point point)
    {
        using var runs = BankComparison.Load(pair, point, Seeds);
        runs.TrainToEnd();
        runs.CompareRuns();
        return runs.Line("training", Counted(runs.Compared));
    }

    /// <summary>Enough steps for Adam's bias corrections to go from 1 − β to almost 1.</summary>
    private static VerifyLine Adam(DevicePair pair, Point point)
    {
        using var runs = BankComparison.Load(pair, point, FewSeeds);
        runs.TrainToEnd();
        runs.CompareRuns();
        return Array.TrueForAll(runs.States, state => state.Steps == point.MaxSteps)
            ? runs.Line("adam", $"{Counted(runs.Compared)} and moments")
            : new VerifyLine("adam", false, $"{VerifyPoints.Describe(point)}: a run ended before {point.MaxSteps} steps");
    }

    /// <summary>Runs whose weights grow until they are NaN, and their measurements.</summary>
    private static VerifyLine Divergence(DevicePair pair, Point point)
    {
        using var runs = BankComparison.Load(pair, point, FewSeeds);
        runs.TrainToEnd();
        runs.CompareRuns();
        runs.CompareMeasurements(gap: point.Model != Model.Transformer);
        int diverged = runs.States.Count(state => state.Status == (int)RunStatus.Diverged);
        return diverged == 0
            ? new VerifyLine("divergence", false, $"{VerifyPoints.Describe(point)}: no run diverges")
            : runs.Line("divergence", $"{Counted(runs.Compared)}, diverged: {diverged}");
    }

    /// <summary>Loss, accuracy, movement and gap at some steps of a run.</summary>
    private static VerifyLine Curve(DevicePair pair, Point point)
    {
        using var runs = BankComparison.Load(pair, point, FewSeeds);
        foreach (int steps in new[] { 0, 1, 9, 40 })
        {
            runs.Launch(steps);
            runs.CompareMeasurements(gap: point.Model != Model.Transformer);
        }

        runs.CompareRuns();
        string gap = point.Model == Model.Transformer ? "" : ", Fourier gap";
        return runs.Line("curve", $"{Counted(runs.Compared)}, {runs.Compared.Measurements} measurements of loss, accuracy, movement{gap}");
    }

    private static string Counted(Compared compared) =>
        $"{compared.Runs} runs, {compared.Steps:N0} steps, {compared.Weights:N0} weights";

    private static IEnumerable<Point> NormalPoints()
    {
        Point wide = VerifyPoints.Make(50, 3, 300, 32, 0.5, Init.KaimingNormal);
        return
        [
            wide,
            wide with { Loss = Loss.Logistic },
            wide with { Model = Model.Deep, Width = 100 },
            VerifyPoints.Transformer with { Init = Init.KaimingNormal, Width = 300 },
        ];
    }

    private static IEnumerable<Point> TrainingPoints() =>
    [
        VerifyPoints.Make(30, 3, 100, 64, 1, Init.XavierUniform),
        VerifyPoints.Make(20, 2, 10, 1, 0.05, Init.KaimingNormal),
        VerifyPoints.Make(15, 3, 50, 24, 0.2, Init.Sign) with { Subset = SubsetChoice.Random, WeightDecay = 1e-4 },
        VerifyPoints.Make(10, 2, 200, 33, 0.5, Init.Torch),
        VerifyPoints.Make(12, 3, 40, 33, 0.5, Init.XavierUniform) with { InputSchedule = InputSchedule.TryParse("0=0.1:0.7,7=0.3,31=0.01:0.2")! },
        VerifyPoints.Make(12, 12, 40, 32, 0.1, Init.Rademacher) with { InitSigma = 0.1, MaxSteps = 200, TestSamples = 500 },
        VerifyPoints.Make(20, 3, 40, 32, 0.5, Init.XavierUniform) with { Loss = Loss.Logistic, Logits = 2 },
        VerifyPoints.Make(10, 2, 1, 24, 0.1, Init.Torch) with { Activation = Activation.Sin, Biases = InitialBiases.Zero },
        VerifyPoints.Make(12, 3, 3, 64, 0.05, Init.Torch) with { Model = Model.Polynet, Loss = Loss.Square },
        VerifyPoints.Make(12, 2, 30, 33, 0.5, Init.Torch) with { Encoding = InputEncoding.ZeroOne, Loss = Loss.Logistic },
        VerifyPoints.Make(10, 4, 20, 64, 0.02, Init.XavierUniform) with { Model = Model.Deep },
        VerifyPoints.Make(10, 2, 20, 32, 0.1, Init.KaimingNormal) with { Model = Model.DeepMlp, Depth = 4 },
        VerifyPoints.Make(10, 2, 30, 16, 0.01, Init.KaimingNormal) with { Optimizer = Optimizer.Adam, Samples = 200, Noise = 0.1, InputBias = 0.2, Mixture = 0.5 },
        Polynomial(VerifyPoints.Make(12, 3, 40, 48, 0.02, Init.Torch) with { TestSamples = 500 }, "x1+x1x2-0.3x1x2x3"),
        VerifyPoints.Transformer with { Batch = 33, MaxSteps = 40, TestSamples = 500 },
        VerifyPoints.Transformer with
        {
            N = 5, K = 1, Loss = Loss.Logistic, Optimizer = Optimizer.Adam, LearningRate = 0.02, Samples = 60, MaxSteps = 150, TestSamples = 100,
        },
    ];

    /// <summary>Parities of all inputs, which are not learned in time.</summary>
    private static IEnumerable<Point> AdamPoints()
    {
        Point network = VerifyPoints.Make(12, 12, 10, 8, 0.001, Init.XavierUniform) with
        {
            Optimizer = Optimizer.Adam,
            Loss = Loss.Logistic,
            MaxSteps = 1000,
            TestSamples = 64,
        };
        return
        [
            network,
            network with { Model = Model.Transformer, N = 8, K = 8, Width = 2, Batch = 2, DEmb = 2, Heads = 1, DAttn = 2 },
        ];
    }

    private static IEnumerable<Point> DivergingPoints()
    {
        Point counts = VerifyPoints.Make(6, 3, 20, 32, 1e30, Init.XavierUniform) with { MaxSteps = 100, TestSamples = 100 };
        yield return counts;
        foreach (var loss in Enum.GetValues<Loss>())
        {
            yield return counts with { Loss = loss, Noise = 0.1 };
            yield return counts with { Loss = loss, Model = Model.Polynet, Width = 3 };

            // Whole blocks of lanes, because lanes without a weight may differ once everything is NaN.
            yield return counts with { Loss = loss, Model = Model.Transformer, Width = 16, DEmb = 16, Heads = 16, DAttn = 1 };
        }
    }

    private static Point Polynomial(Point point, string target) =>
        (point with { Target = Target.TryParse(target)!, Loss = Loss.Square }).Normalised();

    private static IEnumerable<Point> CurvePoints()
    {
        Point counts = VerifyPoints.Make(8, 3, 40, 32, 0.2, Init.XavierUniform) with { TestSamples = 500 };
        return
        [
            counts,
            counts with { Loss = Loss.Logistic, Samples = 60, Noise = 0.1, Optimizer = Optimizer.Momentum, LearningRate = 0.05 },
            counts with { Model = Model.Deep, LearningRate = 0.02 },
            counts with { Model = Model.DisjointPolynet, K = 2, Width = 2, Loss = Loss.Square, LearningRate = 0.02 },
            Polynomial(counts with { LearningRate = 0.02 }, "x1+0.7x2x3-x1x2x3"),
            VerifyPoints.Transformer with { TestSamples = 100 },
        ];
    }
}
