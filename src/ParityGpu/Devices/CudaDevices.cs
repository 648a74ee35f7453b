using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>
/// CUDA's GPUs. Not through <c>builder.Cuda()</c>, which under WSL 2 may be called only once per process.
/// </summary>
internal static class CudaDevices
{
    /// <summary>The GPUs found, or why there are none.</summary>
    public static IReadOnlyList<DeviceInfo> List()
    {
        CudaDriver driver = CudaDriver.Start();
        if (driver.Reason is { } reason)
            return [new DeviceInfo("cuda", "cuda", "NVIDIA GPUs", 0, false, reason, driver.Advice, DriverFails: driver.Fails)];

        Dictionary<int, CudaDevice> found = Find(_ => true).ToDictionary(device => device.DeviceId);
        return
        [
            .. Enumerable.Range(0, driver.Devices).Select(index =>
                found.TryGetValue(index, out CudaDevice? device) ? Describe(device) : Undescribed(index, driver)),
        ];
    }

    /// <summary>
    /// Opens a GPU.
    /// </summary>
    /// <param name="name">Name as accepted by <c>--device</c>.</param>
    /// <param name="index">Its number in the driver.</param>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public static Device Open(string name, int index) =>
        DeviceCatalog.OpenIn(name, context => Find(device => device.DeviceId == index).Single().CreateCudaAccelerator(context));

    private static IEnumerable<CudaDevice> Find(Predicate<CudaDevice> wanted) => CudaDevice.GetDevices(wanted).Cast<CudaDevice>();

    /// <summary>A GPU that ILGPU silently omitted: queries the driver as ILGPU does, up to the first error.</summary>
    private static DeviceInfo Undescribed(int index, CudaDriver driver)
    {
        CudaAPI api = CudaAPI.CurrentAPI;
        (string Function, Func<CudaError> Ask)[] questions =
        [
            ("cuDeviceGet", () => api.GetDevice(out _, index)),
            ("cuDeviceGetName", () => api.GetDeviceName(out _, index)),
            ("cuDriverGetVersion", () => api.GetDriverVersion(out _)),
            ("cuDeviceGetAttribute", () => api.GetDeviceComputeCapability(out _, out _, index)),
            ("cuDeviceTotalMem", () => api.GetTotalDeviceMemory(out long _, index)),
        ];
        var failed = questions
            .Select(question => (question.Function, Answer: question.Ask()))
            .FirstOrDefault(question => question.Answer != CudaError.CUDA_SUCCESS);
        DriverError? error = failed.Function is null ? null : DriverErrors.Cuda((int)failed.Answer);
        return new DeviceInfo(
            $"cuda:{index}",
            "cuda",
            "NVIDIA GPU",
            0,
            false,
            $"{error?.Answer(failed.Function!) ?? "the driver does not describe it"} ({driver.Library})",
            (error ?? DriverErrors.Cuda((int)CudaError.CUDA_ERROR_UNKNOWN)).Advice,
            DriverFails: true);
    }

    private static DeviceInfo Describe(CudaDevice device)
    {
        bool usable = device.InstructionSet.HasValue;
        return new DeviceInfo(
            $"cuda:{device.DeviceId}",
            "cuda",
            device.Name,
            device.MemorySize,
            usable,
            usable ? null : $"its driver ({device.DriverVersion}) is too old for this GPU",
            usable ? null : "update NVIDIA's driver",
            DriverFails: !usable);
    }
}
