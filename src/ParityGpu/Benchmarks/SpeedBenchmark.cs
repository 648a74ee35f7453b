using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Benchmarks;

/// <summary>A two-layer network and batch to time: n inputs, parity degree k, r neurons, B samples per step.</summary>
public sealed record BenchShape(int N, int K, int Width, int Batch)
{
    /// <summary>The shapes peers are compared on.</summary>
    public static IReadOnlyList<BenchShape> Defaults { get; } =
    [
        new(50, 3, 100, 32),
        new(50, 3, 1000, 32),
        new(30, 3, 10, 32),
        new(30, 3, 100, 1),
        new(40, 3, 100, 128),
    ];
}

/// <summary>
/// The speed reached with one shape.
/// </summary>
/// <param name="Device">Device name.</param>
/// <param name="Threads">CPU threads; 0 on a GPU.</param>
/// <param name="Point">Network, batch and training.</param>
/// <param name="Network">Short description of the network and its training.</param>
/// <param name="Runs">Resident runs R.</param>
/// <param name="SeedStepsPerSecond">Steps per second of all runs together, the median of several launches.</param>
/// <param name="EffectiveGflops">4·B·n·r per step, regardless of what was actually executed;
/// null for a transformer, to which the formula does not apply.</param>
/// <param name="PeakGflops">On a CPU, all threads' fused multiply-adds in registers, measured between the launches.</param>
public sealed record BenchResult(
    string Device,
    int Threads,
    Point Point,
    string Network,
    long Runs,
    double SeedStepsPerSecond,
    double? EffectiveGflops,
    double? PeakGflops);

/// <summary>Measures training speed with the same slots and launches a sweep uses.</summary>
public static class SpeedBenchmark
{
    private const int Windows = 9;

    // On the plateau, where runs spend their time: a rate too small to learn anything while the clock runs.
    private const double LearningRate = 1e-4;

    private const long MaxSteps = 1_000_000_000_000;

    /// <summary>
    /// Times shapes one after the other.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="points">What to time: points of <see cref="Spec"/>, perhaps with another network.</param>
    /// <param name="seconds">About how long to time each point, after as much warm-up again.</param>
    public static IReadOnlyList<BenchResult> Run(Device device, IReadOnlyList<Point> points, double seconds) =>
        [.. points.Select(point => Measure(device, point, seconds))];

    /// <summary>The sweep of a shape that is timed: the two-layer ReLU network on its plateau.</summary>
    public static SweepSpec Spec(BenchShape shape) => new()
    {
        N = [shape.N],
        K = [shape.K],
        Width = [shape.Width],
        Batch = [shape.Batch],
        Lr = [LearningRate],
        Init = [Init.Torch],
        MaxSteps = MaxSteps,
    };

    private static BenchResult Measure(Device device, Point point, double seconds)
    {
        var bankShape = BankShape.Of(point);
        int suitable = SuitableSlots.Of(device, bankShape, int.MaxValue, DeviceMemory.Free(device.Accelerator) / 2);
        using SlotBank bank = SlotBank.Create(device, bankShape, Math.Max(1, suitable), isAlone: true)!;
        int slots = bank.Slots;
        for (int slot = 0; slot < slots; slot++)
            bank.Load(slot, point, slot);

        double window = seconds / Windows;
        int steps = 1;
        double elapsed = bank.Launch(steps).TotalSeconds;
        for (double spent = 0; spent < seconds; spent += elapsed)
        {
            steps = (int)Math.Clamp(steps * Math.Clamp(window / elapsed, 0.25, 4), 1, 1 << 20);
            elapsed = bank.Launch(steps).TotalSeconds;
        }

        var speeds = new double[Windows];
        var peaks = new double[Windows];
        for (int i = 0; i < Windows; i++)
        {
            speeds[i] = (double)slots * steps / bank.Launch(steps).TotalSeconds;
            if (device.IsCpu)
                peaks[i] = Peak(device);
        }

        double speed = Median(speeds);
        return new BenchResult(
            device.Name,
            device.Threads,
            point,
            Describe(point),
            slots,
            speed,
            point.Model == Model.Transformer ? null : 4e-9 * point.Batch * point.N * point.Width * speed,
            device.IsCpu ? Median(peaks) : null);
    }

    private static string Describe(Point point)
    {
        SweepSpec spec = SweepSpec.Of(point);
        string[] names = point.Model == Model.Mlp ? ["activation", "loss", "optimizer"] : ["model", "loss", "optimizer"];
        return string.Join(' ', names.Select(name => SpecSetting.Find(name)!.Values(spec)[0]));
    }

    private static double Peak(Device device)
    {
        const int Iterations = 1 << 20;
        var accelerator = device.Accelerator;
        using var sums = accelerator.Allocate1D<float>(device.Threads);
        var kernel = accelerator.LoadKernel<ArrayView<float>, int>(FmaPeak.Kernel);
        long start = Stopwatch.GetTimestamp();
        kernel(accelerator.DefaultStream, new KernelConfig(device.Threads, 1), sums.View, Iterations);
        accelerator.Synchronize();
        return 1e-9 * device.Threads * FmaPeak.Operations(Iterations) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
