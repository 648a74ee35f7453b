using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>
/// CUDA's GPUs. Not through <c>builder.Cuda()</c>, which under WSL 2 may be called once a process only.
/// </summary>
internal static class CudaDevices
{
    /// <summary>The GPUs found, or why there are none.</summary>
    public static IReadOnlyList<DeviceInfo> List()
    {
        CudaDriver driver = CudaDriver.Start();
        if (driver.Reason is { } reason)
            return [new DeviceInfo("cuda", "cuda", "NVIDIA GPUs", 0, false, reason, driver.Advice, DriverFails: driver.Fails)];

        DeviceInfo[] found = [.. Find(_ => true).Select(Describe)];
        return found.Length > 0
            ? found
            :
            [
                new DeviceInfo(
                    "cuda",
                    "cuda",
                    "NVIDIA GPUs",
                    0,
                    false,
                    $"the CUDA driver counts {driver.Devices} GPUs but describes none of them ({driver.Library})",
                    "restart the machine or install NVIDIA's driver again",
                    DriverFails: true),
            ];
    }

    /// <summary>
    /// Opens a GPU.
    /// </summary>
    /// <param name="name">Name as <c>--device</c> takes it.</param>
    /// <param name="index">The driver's number of it.</param>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public static Device Open(string name, int index)
    {
        var context = DeviceCatalog.CreateContext(_ => { });
        try
        {
            var accelerator = Find(device => device.DeviceId == index).Single().CreateCudaAccelerator(context);
            return new Device(name, accelerator.Name, context, accelerator);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static IEnumerable<CudaDevice> Find(Predicate<CudaDevice> wanted) => CudaDevice.GetDevices(wanted).Cast<CudaDevice>();

    private static DeviceInfo Describe(CudaDevice device)
    {
        bool usable = device.InstructionSet.HasValue;
        return new DeviceInfo(
            $"cuda:{device.DeviceId}",
            "cuda",
            device.Name,
            device.MemorySize,
            usable,
            usable ? null : $"its driver ({device.DriverVersion}) is too old for it",
            usable ? null : "update NVIDIA's driver",
            DriverFails: !usable);
    }
}
