using BenchmarkDotNet.Attributes;
using ParityGpu.Banks;
using ParityGpu.Benchmarks;
using ParityGpu.Devices;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Bench;

/// <summary>Launches of the training kernel on one CPU thread. A launch waits for the device, so its cost is included.</summary>
public class TrainingBenchmarks : IDisposable
{
    private const int Slots = 8;
    private const int Steps = 128;

    // Too small to change a weight: however long the clock runs, every run stays where it is and none is solved.
    private const double LearningRate = 1e-20;

    private static readonly Dictionary<string, BenchShape> Named =
        BenchShape.Defaults.ToDictionary(shape => $"{shape.N},{shape.K},{shape.Width},{shape.Batch}");

    private Device device = null!;
    private SlotBank bank = null!;
    private SlotBank general = null!;

    public static IEnumerable<string> Shapes => Named.Keys;

    /// <summary>n,k,r,B.</summary>
    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        device = DeviceCatalog.OpenCpu(1);
        bank = new SlotBank(device, BankShape.Of(Point(long.MaxValue)), Slots);
        Load(bank, Point(long.MaxValue));
        bank.Launch(1);
        general = new SlotBank(device, BankShape.Of(Point(long.MaxValue), KernelPath.General), Slots);
        Load(general, Point(long.MaxValue));
        general.Launch(1);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        general.Dispose();
        bank.Dispose();
        device.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One step of SGD: B samples drawn, forward, update.</summary>
    [Benchmark(OperationsPerInvoke = Slots * Steps)]
    public void Step() => bank.Launch(Steps);

    /// <summary>The same by the general path.</summary>
    [Benchmark(OperationsPerInvoke = Slots * Steps)]
    public void GeneralStep() => general.Launch(Steps);

    /// <summary>A slot's parameters drawn, and one batch forward.</summary>
    [Benchmark(OperationsPerInvoke = Slots)]
    public void Initialise()
    {
        Load(bank, Point(long.MaxValue));
        bank.Launch(0);
    }

    /// <summary>A run of one step: mostly its end, the classification of 8192 held-out samples.</summary>
    [Benchmark(OperationsPerInvoke = Slots)]
    public void HeldOut()
    {
        Load(bank, Point(maxSteps: 1));
        bank.Launch(1);
    }

    private static void Load(SlotBank bank, Point point)
    {
        for (int slot = 0; slot < Slots; slot++)
            bank.Load(slot, point, slot);
    }

    private Point Point(long maxSteps)
    {
        var (n, k, width, batch) = Named[Shape];
        return new(n, k, width, batch, LearningRate) { Init = Init.Torch, MaxSteps = maxSteps };
    }
}
