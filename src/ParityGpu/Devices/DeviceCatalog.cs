namespace ParityGpu.Devices;

/// <summary>Finds and opens devices.</summary>
public static class DeviceCatalog
{
    /// <summary>Every accelerator found, the rejected ones with the reason.</summary>
    public static IReadOnlyList<DeviceInfo> List() => throw new NotImplementedException();

    /// <summary>
    /// Opens the device a user asks for.
    /// </summary>
    /// <param name="selector">auto, cpu, opencl[:i] or cuda[:i].</param>
    /// <param name="threads">CPU threads, or null for all cores.</param>
    /// <exception cref="UserErrorException">The device is not there, or its name is not of that form.</exception>
    public static Device Open(string selector, int? threads) => throw new NotImplementedException();
}
