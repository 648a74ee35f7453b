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
    /// <param name="selectors">As <c>--device</c> gives them.</param>
    /// <param name="threads">CPU threads, or null to leave the number to the program.</param>
    /// <param name="warn">Told in a line of each device that should work and does not.</param>
    /// <exception cref="UserErrorException">One cannot be opened.</exception>
    public SweepDevices(string selectors, int? threads, Action<string>? warn = null)
    {
        devices = DeviceCatalog.OpenSeveral(selectors, threads, warn);
        Banks = [.. devices.SelectMany(device => BankDevice.Of(device))];
    }

    /// <summary>What trains on them.</summary>
    public IReadOnlyList<BankDevice> Banks { get; }

    /// <summary>Names with the makers' names, for a log.</summary>
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
