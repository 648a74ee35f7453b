using ILGPU;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Kernels;

namespace ParityGpu.Devices;

/// <summary>Finds and opens devices.</summary>
public static class DeviceCatalog
{
    private const string Allowed = "auto, cpu, opencl, opencl:i, cuda or cuda:i";

    /// <summary>Every accelerator found, the rejected ones with the reason.</summary>
    public static IReadOnlyList<DeviceInfo> List()
    {
        NativeLibraries.Register();
        var devices = new List<DeviceInfo>
        {
            new("cpu", "cpu", CpuDescription.Text, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, true, null, null),
        };
        ListCuda(devices);
        ListOpenCL(devices);
        return devices;
    }

    /// <summary>
    /// Opens the device a user asks for.
    /// </summary>
    /// <param name="selector">auto (the first usable of CUDA, OpenCL GPU, CPU), cpu, opencl[:i] or cuda[:i].</param>
    /// <param name="threads">CPU threads, or null for all cores.</param>
    /// <exception cref="UserErrorException">The device is not there, or its name is not of that form.</exception>
    public static Device Open(string selector, int? threads)
    {
        NativeLibraries.Register();
        string[] parts = selector.Split(':');
        int index = 0;
        if (parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out index) || index < 0)))
            throw new UserErrorException($"--device {selector}: not a device; allowed are {Allowed}");

        return (parts[0], parts.Length) switch
        {
            ("auto", 1) => OpenBest(threads),
            ("cpu", 1) => OpenCpu(threads),
            ("cuda", _) => OpenGpu(selector, index, ListCuda, OpenCuda),
            ("opencl", _) => OpenGpu(selector, index, ListOpenCL, OpenOpenCL),
            _ => throw new UserErrorException($"--device {selector}: not a device; allowed are {Allowed}"),
        };
    }

    /// <summary>
    /// Opens the devices a user asks for.
    /// </summary>
    /// <param name="selectors">
    /// all (every usable GPU, by one name each, and the CPU), or what <see cref="Open"/> takes, several with commas.
    /// </param>
    /// <param name="threads">CPU threads, or null for all cores but one for each other device.</param>
    /// <exception cref="UserErrorException">A device is not there or named twice, or its name is not of that form.</exception>
    public static IReadOnlyList<Device> OpenSeveral(string selectors, int? threads)
    {
        string[] names = selectors == "all"
            ? [.. List().Where(device => device.Usable && !device.IsSecondName).Select(device => device.Name)]
            : selectors.Split(',');
        int cores = Math.Max(1, Environment.ProcessorCount - names.Length + 1);
        var opened = new List<Device>();
        try
        {
            foreach (string name in names)
            {
                opened.Add(Open(name, threads ?? cores));
                if (opened.Exists(other => other != opened[^1] && other.Name == opened[^1].Name))
                    throw new UserErrorException($"--device {selectors}: names {opened[^1].Name} twice; must be different devices");
            }

            return opened;
        }
        catch
        {
            opened.ForEach(device => device.Dispose());
            throw;
        }
    }

    /// <summary>Opens the CPU with workers = threads, each an ILGPU multiprocessor that runs groups of one thread.</summary>
    public static Device OpenCpu(int? threads)
    {
        NativeLibraries.Register();
        int workers = threads ?? Environment.ProcessorCount;
        var cpu = new CPUDevice(2, 1, workers);
        var context = CreateContext(builder => builder.CPU(cpu));
        return new Device("cpu", CpuDescription.Text, context, cpu.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel));
    }

    /// <summary>A context that knows the canon's operations.</summary>
    public static Context CreateContext(Action<Context.Builder> devices) => Context.Create(builder =>
    {
        Canon.Register(builder.GetIntrinsicManager());
        builder.Optimize(OptimizationLevel.O2);
        devices(builder);
    });

    private static Device OpenBest(int? threads)
    {
        var gpus = new List<DeviceInfo>();
        ListCuda(gpus);
        if (gpus.Find(device => device.Usable) is { } cuda)
            return Open(cuda.Name, threads);

        ListOpenCL(gpus);
        return gpus.Find(device => device.Usable && !device.IsSecondName) is { } opencl ? Open(opencl.Name, threads) : OpenCpu(threads);
    }

    private static Device OpenGpu(
        string selector, int index, Action<List<DeviceInfo>> list, Func<string, int, Device> open)
    {
        var devices = new List<DeviceInfo>();
        list(devices);
        string name = $"{selector.Split(':')[0]}:{index}";
        var found = devices.Find(device => device.Name == name || device.Name == selector)
            ?? throw new UserErrorException(
                $"--device {selector}: there is no such device; found {string.Join(", ", devices.Select(d => d.Name))} and cpu");
        if (!found.Usable)
            throw new UserErrorException($"--device {selector}: {found.Reason}; {found.Advice}");

        try
        {
            return open(name, index);
        }
        catch (Exception e) when (e is CudaException or CLException or NotSupportedException or CapabilityNotSupportedException)
        {
            throw new UserErrorException($"--device {selector}: the driver refused it ({e.Message.ReplaceLineEndings(" ")}); try another device", e);
        }
    }

    private static Device OpenCuda(string name, int index)
    {
        var context = CreateContext(builder => builder.Cuda());
        var accelerator = context.GetCudaDevices()[index].CreateAccelerator(context);
        return new Device(name, accelerator.Name, context, accelerator);
    }

    private static Device OpenOpenCL(string name, int index)
    {
        int seen = 0;
        var context = CreateContext(builder => builder.OpenCL(_ => seen++ == index));
        var accelerator = context.GetCLDevices()[0].CreateAccelerator(context);
        return new Device(name, accelerator.Name, context, accelerator);
    }

    private static void ListCuda(List<DeviceInfo> devices)
    {
        if (!NativeLibraries.IsInstalled("cuda"))
        {
            devices.Add(new DeviceInfo(
                "cuda", "cuda", "NVIDIA GPUs", 0, false, "no CUDA driver is installed (libcuda.so.1 or nvcuda.dll)", "install NVIDIA's driver if the machine has such a GPU"));
            return;
        }

        using var context = CreateContext(builder => builder.Cuda());
        int index = 0;
        foreach (var device in context.GetCudaDevices())
        {
            devices.Add(new DeviceInfo($"cuda:{index}", "cuda", device.Name, device.MemorySize, true, null, null));
            index++;
        }

        if (index == 0)
        {
            devices.Add(new DeviceInfo(
                "cuda", "cuda", "NVIDIA GPUs", 0, false, "the CUDA driver finds no GPU", "check that nvidia-smi lists one and that CUDA_VISIBLE_DEVICES does not hide it"));
        }
    }

    private static void ListOpenCL(List<DeviceInfo> devices)
    {
        if (!NativeLibraries.IsInstalled("OpenCL"))
        {
            devices.Add(new DeviceInfo(
                "opencl", "opencl", "OpenCL devices", 0, false, "no OpenCL loader is installed (libOpenCL.so.1 or OpenCL.dll)", "install the GPU maker's driver, and on Linux ocl-icd-libopencl1"));
            return;
        }

        int index = 0;
        bool cuda = devices.Exists(device => device.Kind == "cuda" && device.Usable);
        using var context = CreateContext(builder => builder.OpenCL(device =>
        {
            bool usable = device.Capabilities.GenericAddressSpace;
            devices.Add(new DeviceInfo(
                $"opencl:{index}",
                "opencl",
                $"{device.Name} ({device.PlatformName})",
                device.MemorySize,
                usable,
                usable ? null : $"its driver ({device.CLStdVersion}) offers no generic address space",
                usable ? null : "update the maker's driver to OpenCL 2.0, or 3.0 with that feature; --device cpu works meanwhile",
                device.DeviceType == CLDeviceType.CL_DEVICE_TYPE_CPU
                    || (cuda && device.VendorName.Contains("NVIDIA", StringComparison.OrdinalIgnoreCase))));
            index++;
            return false;
        }));
        if (index == 0)
        {
            devices.Add(new DeviceInfo(
                "opencl", "opencl", "OpenCL devices", 0, false, "the OpenCL loader finds no device", "install the maker's OpenCL driver (on Debian for example intel-opencl-icd or mesa-opencl-icd)"));
        }
    }
}
