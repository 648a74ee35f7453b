using System.Globalization;
using ILGPU;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Devices;

/// <summary>Finds and opens devices.</summary>
public static class DeviceCatalog
{
    private const string Allowed = "auto, cpu, opencl, opencl:i, cuda or cuda:i";

    /// <summary>Every accelerator found; rejected ones with the reason.</summary>
    public static IReadOnlyList<DeviceInfo> List() =>
    [
        new DeviceInfo("cpu", "cpu", CpuDescription.Text, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, true, null, null),
        .. ListGpus(),
    ];

    /// <summary>
    /// Opens the device that a user requests.
    /// </summary>
    /// <param name="selector">auto (the first usable of CUDA, OpenCL GPU, CPU), cpu, opencl[:i] or cuda[:i].</param>
    /// <param name="threads">CPU threads, or null for all cores.</param>
    /// <param name="warn">With auto, receives a line about each GPU that should work but does not.</param>
    /// <exception cref="DeviceRefusedException">The device exists but does not start.</exception>
    /// <exception cref="UserErrorException">The device does not exist, or its name is not of that form.</exception>
    public static Device Open(string selector, int? threads, Action<string>? warn = null)
    {
        string[] parts = selector.Split(':');
        int index = 0;
        if (parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out index) || index < 0)))
            throw new UserErrorException($"--device {selector}: not a device; must be {Allowed}");

        return (parts[0], parts.Length) switch
        {
            ("auto", 1) => OpenBest(threads, warn),
            ("cpu", 1) => OpenCpu(threads),
            ("cuda", _) => OpenGpu(selector, index),
            ("opencl", _) => OpenGpu(selector, index),
            _ => throw new UserErrorException(
                $"--device {selector}: not a device; must be {Allowed}{Spelling.Hint(parts[0], ["auto", "cpu", "opencl", "cuda"])}"),
        };
    }

    /// <summary>
    /// Opens the devices that a user requests.
    /// </summary>
    /// <param name="selectors">
    /// all (every usable GPU, under one name each, and the CPU), or what <see cref="Open"/> accepts, separated by commas.
    /// </param>
    /// <param name="threads">CPU threads, or null for all cores except one per other device.</param>
    /// <param name="warn">Receives a line about each device that is skipped because it does not start.</param>
    /// <exception cref="DeviceRefusedException">None of them starts.</exception>
    /// <exception cref="UserErrorException">A device does not exist or is named twice, or its name is not of that form.</exception>
    public static IReadOnlyList<Device> OpenSeveral(string selectors, int? threads, Action<string>? warn = null)
    {
        string[] names = selectors == "all" ? All(warn) : selectors.Split(',');
        int cores = Math.Max(1, Environment.ProcessorCount - names.Length + 1);
        var opened = new List<Device>();
        try
        {
            DeviceRefusedException? refusal = null;
            foreach (string name in names)
            {
                try
                {
                    opened.Add(Open(name, threads ?? cores, warn));
                }
                catch (DeviceRefusedException e) when (names.Length > 1)
                {
                    refusal = e;
                    warn?.Invoke($"{e.Message}; continuing without it");
                    continue;
                }

                if (opened.Exists(other => other != opened[^1] && other.Name == opened[^1].Name))
                    throw new UserErrorException($"--device {selectors}: names {opened[^1].Name} twice; must be different devices");
            }

            if (opened.Count == 0)
                throw refusal!;

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
        ExactMath.Register(builder.GetIntrinsicManager());
        builder.Optimize(OptimizationLevel.O2);
        devices(builder);
    });

    /// <summary>Opens a GPU in a context of its own.</summary>
    internal static Device OpenIn(string name, Func<Context, Accelerator> create)
    {
        Context context = CreateContext(_ => { });
        try
        {
            Accelerator accelerator = create(context);
            return new Device(name, accelerator.Name, context, accelerator);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static string[] All(Action<string>? warn)
    {
        IReadOnlyList<DeviceInfo> devices = List();
        Explain(devices, warn);
        return [.. devices.Where(device => device.IsFirstChoice).Select(device => device.Name)];
    }

    private static void Explain(IEnumerable<DeviceInfo> devices, Action<string>? warn)
    {
        foreach (DeviceInfo failing in devices.Where(device => device.DriverFails))
            warn?.Invoke($"{failing.Name}: not used: {failing.Reason}; {failing.Advice}");
    }

    private static Device OpenBest(int? threads, Action<string>? warn)
    {
        IReadOnlyList<DeviceInfo> gpus = ListGpus();
        Explain(gpus, warn);
        foreach (DeviceInfo device in gpus.Where(device => device.IsFirstChoice))
        {
            try
            {
                return OpenListed(device.Name, device);
            }
            catch (DeviceRefusedException e)
            {
                warn?.Invoke($"{e.Message}; training on another device");
            }
        }

        return OpenCpu(threads);
    }

    private static Device OpenGpu(string selector, int index)
    {
        string kind = selector.Split(':')[0];
        DeviceInfo[] devices = [.. ListGpus().Where(device => device.Kind == kind)];
        DeviceInfo found = Array.Find(devices, device => device.Name == $"{kind}:{index}" || device.Name == selector)
            ?? (devices is [{ Usable: false } none] && none.Name == kind ? none : null)
            ?? throw new UserErrorException(
                $"--device {selector}: there is no such device; found {string.Join(", ", devices.Select(d => d.Name))} and cpu");
        return OpenListed(selector, found);
    }

    private static Device OpenListed(string selector, DeviceInfo found)
    {
        if (!found.Usable)
            throw new DeviceRefusedException($"--device {selector}: {found.Reason}; {found.Advice}");

        try
        {
            int index = int.Parse(found.Name.Split(':')[1], CultureInfo.InvariantCulture);
            return found.Kind == "cuda" ? CudaDevices.Open(found.Name, index) : OpenCLDevices.Open(found.Name, index);
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or CapabilityNotSupportedException)
        {
            Exception reason = DeviceMemoryException.Is(e) ? new DeviceMemoryException(found, e) : e;
            throw new DeviceRefusedException($"--device {selector}: {found.Name} does not start: {DriverErrors.Explain(reason)}", e);
        }
    }

    private static List<DeviceInfo> ListGpus()
    {
        NativeLibraries.Register();
        var gpus = new List<DeviceInfo>(CudaDevices.List());
        gpus.AddRange(OpenCLDevices.List(gpus.Exists(device => device.Usable)));
        return gpus;
    }
}
