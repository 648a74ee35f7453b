using ParityGpu.Devices;

namespace ParityGpu.Scheduling;

/// <summary>A device with its banks of slots.</summary>
public sealed class BankDevice : IRunDevice, IDisposable
{
    private readonly Device device;
    private readonly bool isLane;
    private readonly CpuVectors vectors;
    private long bytesInUse;

    private BankDevice(Device device, bool isLane, CpuVectors vectors)
    {
        this.device = device;
        this.isLane = isLane;
        this.vectors = vectors;
    }

    /// <inheritdoc/>
    public string Name => device.Name;

    /// <inheritdoc/>
    public bool FinishedRunsIdle => !device.IsCpu;

    /// <inheritdoc/>
    public int RunsAtOnce(BankShape shape) =>
        device.IsCpu ? device.Threads : SlotBank.SuitableSlots(device, shape, int.MaxValue);

    /// <summary>
    /// What trains on a device: a GPU, or every thread of a CPU by itself, so that none waits for another at the end of a launch and
    /// each is busy with a single run.
    /// </summary>
    /// <param name="device">The device; it must outlive these.</param>
    /// <param name="vectors">On a CPU, whether to use its vectors.</param>
    public static IReadOnlyList<BankDevice> Of(Device device, CpuVectors vectors = CpuVectors.Widest) => device.Threads <= 1
        ? [new BankDevice(device, isLane: false, vectors)]
        : [.. Enumerable.Range(0, device.Threads).Select(_ => new BankDevice(device.OpenLane(), isLane: true, vectors))];

    /// <inheritdoc/>
    public IRunBank? CreateBank(BankShape shape, long runs)
    {
        int slots = SlotBank.SuitableSlots(device, shape, runs, bytesInUse);
        if (slots == 0)
            return null;

        var bank = new SlotBank(device, shape, slots, vectors);
        bytesInUse += bank.DeviceBytes;
        bank.Disposed += () => bytesInUse -= bank.DeviceBytes;
        return bank;
    }

    public void Dispose()
    {
        if (isLane)
            device.Dispose();
    }
}
