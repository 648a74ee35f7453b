using ParityGpu.Banks;
using ParityGpu.Devices;

namespace ParityGpu.Scheduling;

/// <summary>The devices of a sweep, opened.</summary>
public sealed class SweepDevices : IDisposable
{
    private readonly IReadOnlyList<Device> devices;

    /// <summary>
    /// Opens devices.
    /// </summary>
    /// <param name="selectors">The value of <c>--device</c>.</param>
    /// <param name="threads">CPU threads, or null to let the program choose.</param>
    /// <param name="warn">Receives a line about each device that should work but does not.</param>
    /// <param name="runs">Runs to train, where that is known.</param>
    /// <exception cref="UserErrorException">One cannot be opened.</exception>
    public SweepDevices(string selectors, int? threads, Action<string>? warn = null, long runs = long.MaxValue)
    {
        devices = DeviceCatalog.OpenSeveral(selectors, threads, warn);
        Banks = [.. devices.SelectMany(device => BankDevice.Of(device, runs: runs))];
    }

    /// <summary>The units that train.</summary>
    public IReadOnlyList<BankDevice> Banks { get; }

    /// <summary>Names with the vendors' names, for a log.</summary>
    public string Names => string.Join("; ", devices.Select(device => $"{device.Name} ({device.Description})"));

    /// <summary>The same with threads, for people.</summary>
    public string Description => string.Join(" and ", devices.Select(device =>
        $"{device.Name} ({device.Description}{(device.Threads > 0 ? $", {device.Threads} thread{(device.Threads == 1 ? "" : "s")}" : "")})"));

    public void Dispose()
    {
        foreach (BankDevice bank in Banks)
            bank.Dispose();

        foreach (Device device in devices)
            device.Dispose();
    }
}
