using ParityGpu.Devices;
using ParityGpu.Kernels.Simd;
using ParityGpu.Runs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Banks;

/// <summary>A device with its banks of slots.</summary>
public sealed class BankDevice : IRunDevice, IDisposable
{
    private readonly CpuVectors vectors;

    /// <summary>The device of which this is a lane, or null.</summary>
    private readonly Device? whole;

    /// <summary>Cached because querying a device costs time, and because free memory changes while a sweep runs.</summary>
    private readonly Dictionary<BankShape, int> runsAtOnce = [];
    private Device device;
    private long bytesInUse;

    private BankDevice(Device device, Device? whole, CpuVectors vectors)
    {
        this.device = device;
        this.whole = whole;
        this.vectors = vectors;
    }

    /// <inheritdoc/>
    public string Name => device.Name;

    /// <inheritdoc/>
    public bool FinishedRunsIdle => !device.IsCpu;

    /// <inheritdoc/>
    public int RunsAtOnce(BankShape shape)
    {
        if (device.IsCpu)
            return device.Threads;

        if (!runsAtOnce.TryGetValue(shape, out int runs))
            runsAtOnce[shape] = runs = Math.Max(1, SuitableSlots.Of(device, shape, int.MaxValue, OwnMemory()));

        return runs;
    }

    /// <inheritdoc/>
    public object? Pool => whole;

    /// <inheritdoc/>
    public int Threads => device.Threads;

    /// <inheritdoc/>
    public bool SharesRuns(BankShape shape) => shape.Path == KernelPath.Counts
        ? Workers.TeamBytes<CountingKernel>(shape.Launch(1)) > 0
        : Workers.TeamBytes<GeneralKernel>(shape.Launch(1)) > 0;

    /// <inheritdoc/>
    public void Widen(int threads)
    {
        int all = device.Threads + threads;
        device.Dispose();
        device = whole!.OpenLane(all);
    }

    /// <summary>
    /// The units of a device that train: a GPU, or every thread of a CPU separately, so that no thread waits for another at the end of a launch and
    /// each is busy with a single run. If there are fewer runs than threads, the units have several threads, which train large networks together.
    /// </summary>
    /// <param name="device">The device; it must outlive the units.</param>
    /// <param name="vectors">On a CPU, whether to use its vectors.</param>
    /// <param name="runs">Runs to train, where that is known.</param>
    public static IReadOnlyList<BankDevice> Of(Device device, CpuVectors vectors = CpuVectors.Widest, long runs = long.MaxValue)
    {
        int units = (int)Math.Clamp(runs, 1, Math.Max(1, device.Threads));
        if (units == 1)
            return [new BankDevice(device, whole: null, vectors)];

        int threads = Math.DivRem(device.Threads, units, out int more);
        return [.. Enumerable.Range(0, units)
            .Select(unit => new BankDevice(device.OpenLane(threads + (unit < more ? 1 : 0)), device, vectors))];
    }

    /// <inheritdoc/>
    public IRunBank? CreateBank(BankShape shape, long runs)
    {
        bool isAlone = bytesInUse == 0;
        int slots = SuitableSlots.Of(device, shape, runs, OwnMemory() - bytesInUse);
        if (slots == 0 && !isAlone)
            return null;

        slots = Math.Max(1, slots);
        SlotBank? bank = SlotBank.Create(device, shape, slots, isAlone, vectors);
        if (bank is null)
            return null;

        if (bank.Slots < slots)
            runsAtOnce[shape] = bank.Slots;

        bytesInUse += bank.DeviceBytes;
        bank.Disposed += () => bytesInUse -= bank.DeviceBytes;
        return bank;
    }

    /// <inheritdoc/>
    public Exception Detailed(Exception failure) => DeviceMemoryException.Is(failure)
        ? new DeviceMemoryException(device.Accelerator, bytes: null, failure)
        : failure;

    /// <summary>Bytes for all banks together: half of what other programs leave free.</summary>
    private long OwnMemory() => (DeviceMemory.Free(device.Accelerator) + (DeviceMemory.TellsFree(device.Accelerator) ? bytesInUse : 0)) / 2;

    public void Dispose()
    {
        if (whole is not null)
            device.Dispose();
    }
}
