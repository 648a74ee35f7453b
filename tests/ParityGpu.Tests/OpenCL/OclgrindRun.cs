using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.OpenCL;

/// <summary>
/// What a process runs on oclgrind, an OpenCL device that watches every access: a few steps of small networks, or a kernel with
/// a fault.
/// </summary>
internal static class OclgrindRun
{
    /// <summary>First argument of the process.</summary>
    public const string Command = "oclgrind";

    public const string Race = "race";
    public const string LocalRace = "local-race";
    public const string OutOfBounds = "out-of-bounds";

    private const int Threads = 8;
    private const int Slots = 2;
    private const int Steps = 2;

    private static readonly Dictionary<string, Action<ArrayView<int>>> Faults = new()
    {
        [Race] = Racy,
        [LocalRace] = LocallyRacy,
        [OutOfBounds] = Overrunning,
    };

    /// <summary>Networks that between them visit every kernel; each name is a process.</summary>
    public static IReadOnlyDictionary<string, Point[]> Networks { get; } = new Dictionary<string, Point[]>
    {
        ["counts"] = [Mlp(10, 2, 10, 32), Mlp(6, 2, 33, 33) with { Init = Init.KaimingNormal }, Mlp(7, 2, 20, 1)],
        ["general"] =
        [
            Mlp(5, 3, 20, 32) with { Loss = Loss.Logistic, Optimizer = Optimizer.Adam, LearningRate = 0.01 },
            Mlp(5, 3, 17, 33) with { Model = Model.Deep, Depth = 3, LearningRate = 0.01, Noise = 0.2 },
            Mlp(5, 2, 2, 8) with { Model = Model.Polynet, Loss = Loss.Square, Samples = 20 },
            Mlp(5, 2, 10, 8) with { Samples = 20, Loss = Loss.Logistic },
        ],
        ["narrow"] =
        [
            Mlp(6, 3, 3, 150) with { Model = Model.Polynet, Loss = Loss.Square },
            Mlp(5, 2, 2, 33) with { Loss = Loss.Logistic, Optimizer = Optimizer.Adam, LearningRate = 0.01, Noise = 0.2 },
            Mlp(6, 3, 1, 40) with { Activation = Activation.Sin },
        ],
        ["tasks"] =
        [
            Tasks(Mlp(5, 2, 20, 40), "c1:x1x2+c2:x3-x5+c7:x1") with { Encoding = InputEncoding.ZeroOne },
            Tasks(Mlp(4, 2, 9, 10), "c1c2:x1x2+c3:x3") with { Model = Model.DeepMlp, Samples = 20, Encoding = InputEncoding.Pm1 },
        ],
        ["transformer"] =
        [
            Mlp(5, 2, 9, 10) with { Model = Model.Transformer, DEmb = 5, Heads = 3, DAttn = 2, Loss = Loss.Logistic, LearningRate = 0.01 },
        ],
    };

    /// <summary>
    /// Runs one case.
    /// </summary>
    /// <param name="name">A key of <see cref="Networks"/>, or a fault.</param>
    /// <returns>Exit code: 0, or 1 where a network's bits are not the CPU's.</returns>
    public static int Run(string name)
    {
        using var device = OpenCLPlatform.Open("Oclgrind");
        if (Faults.TryGetValue(name, out var body))
        {
            using var values = device.Accelerator.Allocate1D<int>(Threads);
            DeviceKernels.Load<Action<AcceleratorStream, KernelConfig, ArrayView<int>>>(device.Accelerator, body)(
                device.Accelerator.DefaultStream, new KernelConfig(1, Threads), values.View);
            device.Accelerator.Synchronize();
            return 0;
        }

        using var cpu = DeviceCatalog.OpenCpu(1);
        Point[] different = [.. Networks[name].Select(point => point.Normalised()).Where(point => !IsSame(device, cpu, point))];
        foreach (var point in different)
            Console.Error.WriteLine($"other bits than the CPU's: {point}");

        return different.Length == 0 ? 0 : 1;
    }

    private static bool IsSame(Device device, Device cpu, Point point)
    {
        using var found = new SlotBank(device, BankShape.Of(point), Slots);
        using var expected = new SlotBank(cpu, BankShape.Of(point), Slots);
        foreach (var bank in new[] { found, expected })
        {
            for (int slot = 0; slot < Slots; slot++)
                bank.Load(slot, point, slot + 1);

            bank.Launch(Steps);
        }

        bool same = found.States.SequenceEqual(expected.States);
        for (int slot = 0; slot < Slots; slot++)
            same &= found.ReadWeights(slot).AsSpan().SequenceEqual(expected.ReadWeights(slot));

        int[] requests = [MeasureRequest.ProgressAndGap, MeasureRequest.Progress];
        return same && (BankShape.Of(point).Path == KernelPath.Counts || found.Measure(requests).AsSpan().SequenceEqual(expected.Measure(requests)));
    }

    private static void Racy(ArrayView<int> values) => values[0] = Group.IdxX;

    private static void LocallyRacy(ArrayView<int> values)
    {
        var shared = SharedMemory.Allocate<int>(Threads);
        shared[Group.IdxX] = Group.IdxX;
        values[Group.IdxX] = shared[(Group.IdxX + 1) % Threads];
    }

    private static void Overrunning(ArrayView<int> values) => values[Group.IdxX + 1] = Group.IdxX;

    private static Point Tasks(Point point, string tasks) => point with { Tasks = TaskList.TryParse(tasks)!, Loss = Loss.Logistic };

    private static Point Mlp(int n, int k, int width, int batch) => new(n, k, width, batch, 0.1) { MaxSteps = 1000, TestSamples = 64 };
}
