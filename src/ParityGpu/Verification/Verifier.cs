using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Verification;

/// <summary>One check of a device.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">Whether the device agrees.</param>
/// <param name="Detail">One line: what was compared, or how it differs.</param>
public sealed record VerifyLine(string Name, bool Passed, string Detail);

/// <summary>Checks a device against published vectors, the double-precision reference and the CPU.</summary>
public static class Verifier
{
    private const double GradientTolerance = 1e-4;

    // Counter, key, output: Random123's known answers for philox4x32-10.
    private static readonly uint[][] KnownAnswers =
    [
        [0, 0, 0, 0, 0, 0, 0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8],
        [
            0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF,
            0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD,
        ],
        [
            0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0,
            0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1,
        ],
    ];

    /// <summary>Runs every check and reports each as it ends; true if all passed.</summary>
    public static bool Run(Device device, Action<VerifyLine> report)
    {
        bool all = true;
        foreach (var line in Checks(device))
        {
            all &= line.Passed;
            report(line);
        }

        return all;
    }

    private static IEnumerable<VerifyLine> Checks(Device device)
    {
        yield return Generator(device);
        yield return FusedMultiplyAdd(device);
        yield return Labels(device);
        foreach (var point in CountsPoints())
        {
            yield return Gradient(device, point);
            yield return CountsAgainstRealNumbers(device, point);
        }

        foreach (var point in GradientPoints())
            yield return Gradient(device, point);

        foreach (var loss in Enum.GetValues<Loss>())
            yield return AttentionGradient(device, Transformer with { Loss = loss });

        using var cpu = DeviceCatalog.OpenCpu(null);
        var vectors = device.IsCpu ? CpuVectors.None : CpuVectors.Widest;
        foreach (var point in TrainingPoints())
            yield return Trainings(device, cpu, vectors, point);
    }

    private static VerifyLine Generator(Device device)
    {
        uint[] inputs = [.. KnownAnswers.SelectMany(vector => vector[..6])];
        uint[] expected = [.. KnownAnswers.SelectMany(vector => vector[6..])];
        using var deviceInputs = device.Accelerator.Allocate1D(inputs);
        using var outputs = device.Accelerator.Allocate1D<uint>(expected.Length);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ArrayView<uint>, ArrayView<uint>>>(device, SelfCheck.Generate)(
            device.Accelerator.DefaultStream, KnownAnswers.Length, deviceInputs.View, outputs.View);
        bool same = outputs.GetAsArray1D().SequenceEqual(expected);
        return new VerifyLine("generator", same, $"Philox4x32-10 {(same ? "gives" : "does not give")} Random123's known answers");
    }

    private static VerifyLine FusedMultiplyAdd(Device device)
    {
        // 1 + 2^-12 squared minus its rounding: 2^-24 if fused, 0 if not. Then a subnormal result, which must not be flushed.
        float root = 1f + MathF.ScaleB(1, -12);
        float[] inputs = [root, root, -root * root, MathF.ScaleB(1, -100), MathF.ScaleB(1, -40), 0f];
        float[] expected = [MathF.ScaleB(1, -24), MathF.ScaleB(1, -140)];
        using var deviceInputs = device.Accelerator.Allocate1D(inputs);
        using var outputs = device.Accelerator.Allocate1D<float>(expected.Length);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>>>(device, SelfCheck.Fuse)(
            device.Accelerator.DefaultStream, expected.Length, deviceInputs.View, outputs.View);
        float[] found = outputs.GetAsArray1D();
        bool same = found.SequenceEqual(expected);
        return new VerifyLine(
            "arithmetic",
            same,
            same ? "multiply-adds round once, subnormals are kept" : $"expected {string.Join(", ", expected)}, got {string.Join(", ", found)}");
    }

    private static VerifyLine Labels(Device device)
    {
        const int Words = 64;
        const int Degree = 7;
        var point = new Point(
            10, Degree, Model.Mlp, Activation.Relu, 1, Words * MlpLayout.WordSamples, 1, 0, Loss.Hinge, Init.Sign, SubsetChoice.First, 1, 1);
        using var labels = device.Accelerator.Allocate1D<uint>(Words);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ulong, int, ArrayView<uint>>>(device, SelfCheck.Label)(
            device.Accelerator.DefaultStream, Words, 17, Degree, labels.View);
        uint[] found = labels.GetAsArray1D();
        double[] expected = SampleBatch.Training(point, 17, 0).Labels;
        int wrong = expected.Index().Count(
            label => ((found[label.Index / MlpLayout.WordSamples] >> (label.Index % MlpLayout.WordSamples)) & 1) != (label.Item < 0 ? 1u : 0u));
        return new VerifyLine("labels", wrong == 0, $"{expected.Length} bit-sliced labels against products of inputs, {wrong} differ");
    }

    /// <summary>One step of SGD from the initial weights gives the gradient: θ_0 − θ_1 = η∇.</summary>
    private static VerifyLine Gradient(Device device, Point point)
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

        double error = Math.Sqrt(difference / norm);
        return new VerifyLine(
            "gradient", error < GradientTolerance, $"{Describe(point)}: relative error {error:0.0e+0} against the double-precision reference");
    }

    /// <summary>The same for a transformer, whose reference is another one.</summary>
    private static VerifyLine AttentionGradient(Device device, Point point)
    {
        // A step so large that the old parameters do not blur the difference.
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
        double error = Math.Sqrt(difference / expected.Sum(g => g * g));
        return new VerifyLine(
            "gradient", error < GradientTolerance, $"{Describe(point)}: relative error {error:0.0e+0} against the double-precision reference");
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
            "counts", error < GradientTolerance, $"{Describe(point)}: two steps by population counts against two in real numbers, relative error {error:0.0e+0}");
    }

    private static VerifyLine Trainings(Device device, Device cpu, CpuVectors vectors, Point point)
    {
        const int Seeds = 8;
        using var bank = new SlotBank(device, BankShape.Of(point), Seeds);
        using var expected = new SlotBank(cpu, BankShape.Of(point), Seeds, vectors);
        Train(bank, point, chunk: 64);
        Train(expected, point, chunk: 1000);
        string against = device.IsCpu ? "scalar code" : "the CPU";
        for (int slot = 0; slot < Seeds; slot++)
        {
            var found = bank.States[slot];
            var wanted = expected.States[slot];
            if (!found.Equals(wanted))
            {
                return new VerifyLine(
                    "training",
                    false,
                    $"{Describe(point)}, seed {slot}: {(RunPhase)found.Phase} after {found.Steps} steps, on {against} {(RunPhase)wanted.Phase} after {wanted.Steps}");
            }

            if (!bank.ReadWeights(slot).AsSpan().SequenceEqual(expected.ReadWeights(slot)))
                return new VerifyLine("training", false, $"{Describe(point)}, seed {slot}: final weights differ from those on {against}");
        }

        return new VerifyLine("training", true, $"{Describe(point)}: {Seeds} runs, records and weights bit-equal to {against}");
    }

    private static void Train(SlotBank bank, Point point, int chunk)
    {
        for (int slot = 0; slot < bank.Slots; slot++)
            bank.Load(slot, point, slot);

        do
            bank.Launch(chunk);
        while (bank.States.ToArray().Any(state => state.Phase == (int)RunPhase.Running));
    }

    private static string Describe(Point point)
    {
        string family = new NameKind<Model>().Format(point.Model);
        string activation = point.Model == Model.Mlp ? $" {new NameKind<Activation>().Format(point.Activation)}" : "";
        string output = point.Output == OutputLayer.Fixed ? " fixed output" : "";
        string depth = point.Model == Model.Deep ? $" L={point.Depth}" : "";
        string attention = point.Model == Model.Transformer ? $" d={point.DEmb} H={point.Heads} a={point.DAttn}" : "";
        string loss = new NameKind<Loss>().Format(point.Loss);
        string trained = point.Train == TrainedLayers.All ? "" : $" {new NameKind<TrainedLayers>().Format(point.Train)}";
        return $"{family}{activation}{output}{trained}, {loss}, n={point.N} k={point.K} r={point.Width}{depth}{attention} B={point.Batch}";
    }

    private static IEnumerable<Point> CountsPoints() =>
    [
        Make(30, 3, 100, 32, 0.5, Init.XavierUniform),
        Make(17, 4, 33, 1, 0.5, Init.KaimingNormal),
        Make(50, 3, 10, 100, 0.5, Init.Torch),
    ];

    /// <summary>
    /// Every family, activation and loss, and what changes a gradient beside them. Initial weights are uniform: with equal terms the
    /// side of a kink would be a matter of rounding.
    /// </summary>
    private static IEnumerable<Point> GradientPoints()
    {
        Point network = Make(18, 3, 20, 33, 0.5, Init.XavierUniform);
        Point[] networks =
        [
            .. Enum.GetValues<Activation>().Select(activation => network with { Activation = activation }),
            network with { Activation = Activation.Zigzag, Output = OutputLayer.Fixed },
            network with { Model = Model.Polynet },
            network with { Model = Model.DisjointPolynet },
            network with { Model = Model.Deep, Depth = 2 },
            network with { Model = Model.Deep, Depth = 4, Width = 17 },
        ];
        foreach (Point shape in networks)
        {
            foreach (var loss in Enum.GetValues<Loss>())
                yield return (shape with { Loss = loss }).Normalised();
        }

        yield return (network with { Init = Init.Sparse, Noise = 0.2, Samples = 50 }).Normalised();
        yield return network with { Train = TrainedLayers.Output, Loss = Loss.Logistic };
        yield return network with { Model = Model.Deep, Train = TrainedLayers.Layerwise, Loss = Loss.Square };
    }

    private static IEnumerable<Point> TrainingPoints() =>
    [
        Make(30, 3, 100, 64, 1, Init.XavierUniform),
        Make(20, 2, 10, 1, 0.05, Init.KaimingNormal),
        Make(15, 3, 50, 24, 0.2, Init.Sign) with { Subset = SubsetChoice.Random, WeightDecay = 1e-4 },
        Make(10, 2, 200, 33, 0.5, Init.Torch),
        Make(30, 3, 20, 32, 1e6, Init.XavierUniform),
        Make(20, 3, 40, 32, 0.5, Init.XavierUniform) with { Loss = Loss.Logistic },
        Make(10, 2, 1, 24, 0.1, Init.Torch) with { Activation = Activation.Sin, Biases = InitialBiases.Zero },
        Make(12, 3, 3, 64, 0.05, Init.Torch) with { Model = Model.Polynet, Loss = Loss.Square },
        Make(10, 4, 20, 64, 0.02, Init.XavierUniform) with { Model = Model.Deep },
        Make(10, 2, 30, 16, 0.01, Init.KaimingNormal) with { Optimizer = Optimizer.Adam, Samples = 200, Noise = 0.1 },
        Transformer with { Batch = 33, MaxSteps = 40, TestSamples = 500 },
        Transformer with
        {
            N = 5, K = 1, Loss = Loss.Logistic, Optimizer = Optimizer.Adam, LearningRate = 0.02, Samples = 60, MaxSteps = 150, TestSamples = 100,
        },
    ];

    private static Point Transformer => Make(10, 2, 20, 21, 0.5, Init.XavierUniform) with
    {
        Model = Model.Transformer,
        DEmb = 20,
        Heads = 3,
        DAttn = 5,
    };

    private static Point Make(int n, int k, int width, int batch, double learningRate, Init init) =>
        new(n, k, Model.Mlp, Activation.Relu, width, batch, learningRate, 0, Loss.Hinge, init, SubsetChoice.First, 2000, 8192);
}
