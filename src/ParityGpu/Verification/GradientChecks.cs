using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Verification;

/// <summary>A device's gradients against those of the double-precision reference.</summary>
internal static class GradientChecks
{
    private const double Tolerance = 1e-4;

    /// <summary>The checks, one after another.</summary>
    public static IEnumerable<VerifyLine> Run(Device device)
    {
        foreach (var point in CountsPoints())
        {
            yield return Gradients(device, [point]);
            yield return CountsAgainstRealNumbers(device, point);
        }

        foreach (var shape in Networks())
            yield return Gradients(device, EveryLoss(shape));

        foreach (var point in Variations())
            yield return Gradients(device, [point]);

        yield return Gradients(device, EveryLoss(VerifyPoints.Transformer));
    }

    /// <summary>Gradients of points that differ only in the loss.</summary>
    private static VerifyLine Gradients(Device device, Point[] points)
    {
        double[] errors = [.. points.Select(point => point.Model == Model.Transformer ? AttentionError(device, point) : Error(device, point))];
        int worst = Array.IndexOf(errors, errors.Max());
        bool passed = Array.TrueForAll(errors, error => error < Tolerance);
        string what = points.Length == 1 || !passed
            ? $"{VerifyPoints.Describe(points[worst])}: relative error"
            : $"{VerifyPoints.Describe(points[0], "every loss")}: largest relative error";
        return new VerifyLine("gradient", passed, $"{what} {errors[worst]:0.0e+0} against the double-precision reference");
    }

    /// <summary>One step of SGD from the initial weights gives the gradient: θ_0 − θ_1 = η∇.</summary>
    private static double Error(Device device, Point point)
    {
        const long Seed = 3;
        using var bank = new SlotBank(device, BankShape.Of(point), 1);
        bank.Load(0, point, Seed);
        bank.Launch(1);
        float[] after = bank.ReadWeights(0);

        var reference = new ReferenceTrainer(point, Seed);
        double[] gradient = reference.LossAndGradient(reference.NextBatch()).Gradient;
        double difference = 0;
        double norm = 0;
        for (int p = 0; p < gradient.Length; p++)
        {
            double found = (reference.Parameters[p] - after[reference.Network.Place(p)]) / point.LearningRate;
            double expected = reference.IsTrained(p) ? gradient[p] : 0;
            difference += (found - expected) * (found - expected);
            norm += expected * expected;
        }

        return Math.Sqrt(difference / norm);
    }

    /// <summary>The same for a transformer, which has a reference of its own.</summary>
    private static double AttentionError(Device device, Point point)
    {
        // A step so large that rounding against the old parameters does not blur the difference.
        const long Seed = 5;
        var stepped = point with { LearningRate = 1e6 };
        var shape = BankShape.Of(point);
        var reference = new ReferenceTransformer(point, Losses.Named(point.Loss));
        using var bank = new SlotBank(device, shape, 1);
        bank.Load(0, stepped, Seed);
        bank.Launch(0);
        double[] before = reference.Read(bank.ReadWeights(0), shape.Launch(1));
        bank.Launch(1);
        double[] after = reference.Read(bank.ReadWeights(0), shape.Launch(1));
        double[] expected = reference.LossAndGradient(before, SampleBatch.Training(point, Seed, 0)).Gradient;
        double difference = expected.Index().Sum(g => Math.Pow(((before[g.Index] - after[g.Index]) / stepped.LearningRate) - g.Item, 2));
        return Math.Sqrt(difference / expected.Sum(g => g * g));
    }

    /// <summary>The same two steps, once by population counts and once by the chain rule in real numbers.</summary>
    private static VerifyLine CountsAgainstRealNumbers(Device device, Point point)
    {
        const long Seed = 4;
        using var counts = new SlotBank(device, BankShape.Of(point), 1);
        using var real = new SlotBank(device, BankShape.Of(point, KernelPath.General), 1);
        counts.Load(0, point, Seed);
        real.Load(0, point, Seed);
        counts.Launch(2);
        real.Launch(2);
        float[] found = counts.ReadWeights(0);
        float[] expected = real.ReadWeights(0);
        double difference = found.Zip(expected, (a, b) => Math.Pow((double)a - b, 2)).Sum();
        double error = Math.Sqrt(difference / expected.Sum(weight => (double)weight * weight));
        return new VerifyLine(
            "counts",
            error < Tolerance,
            $"{VerifyPoints.Describe(point)}: relative error {error:0.0e+0} of two steps by population counts against two in real numbers");
    }

    private static Point[] EveryLoss(Point shape) =>
        [.. Enum.GetValues<Loss>().Select(loss => (shape with { Loss = loss }).Normalised())];

    private static IEnumerable<Point> CountsPoints() =>
    [
        VerifyPoints.Make(30, 3, 100, 32, 0.5, Init.XavierUniform),
        VerifyPoints.Make(17, 4, 33, 1, 0.5, Init.KaimingNormal),
        VerifyPoints.Make(50, 3, 10, 100, 0.5, Init.Torch),
    ];

    /// <summary>
    /// Every family and activation. Initial weights are uniform: with equal terms, rounding would decide the side of a kink.
    /// </summary>
    private static IEnumerable<Point> Networks() =>
    [
        .. Enum.GetValues<Activation>().Select(activation => Network with { Activation = activation }),
        Network with { Activation = Activation.Zigzag, Output = OutputLayer.Fixed },
        Network with { Model = Model.Polynet },
        Network with { Model = Model.DisjointPolynet },
        Network with { Model = Model.Deep, Depth = 2 },
        Network with { Model = Model.Deep, Depth = 4, Width = 17 },
        .. Enum.GetValues<Activation>().Select(activation => Network with { Model = Model.DeepMlp, Depth = 3, Activation = activation }),
    ];

    /// <summary>Everything else that changes a gradient.</summary>
    private static IEnumerable<Point> Variations() =>
    [
        (Network with { Init = Init.Sparse, Noise = 0.2, Samples = 50 }).Normalised(),
        Network with { Train = TrainedLayers.Output, Loss = Loss.Logistic },
        Network with { Encoding = InputEncoding.ZeroOne, Loss = Loss.Square },
        Network with { Model = Model.Deep, Train = TrainedLayers.Layerwise, Loss = Loss.Square },
    ];

    private static Point Network => VerifyPoints.Make(18, 3, 20, 33, 0.5, Init.XavierUniform);
}
