using System.Runtime.CompilerServices;
using ILGPU.Runtime.OpenCL;

namespace ParityGpu.Devices;

/// <summary>OpenCL's devices.</summary>
internal static class OpenCLDevices
{
    /// <summary>Drivers start when they are first asked for their devices; PoCL 3.1 tells whoever asks meanwhile that it has none.</summary>
    private static readonly Lock Gate = new();

    /// <summary>
    /// The devices found, or why there are none.
    /// </summary>
    /// <param name="besideCuda">Whether NVIDIA's GPUs are already available through CUDA.</param>
    public static IReadOnlyList<DeviceInfo> List(bool besideCuda)
    {
        if (!NativeLibraries.TryLoad("OpenCL", out _))
            return [None("no OpenCL loader is installed (libOpenCL.so.1 or OpenCL.dll)", "install the GPU vendor's driver, and on Linux ocl-icd-libopencl1")];

        DeviceInfo[] found = [.. FindAll().Index().Select(item => Describe(item.Index, item.Item, besideCuda))];
        return found.Length > 0
            ? found
            :
            [
                None(
                    $"the OpenCL loader finds no device ({NativeLibraries.PathOf("OpenCL")})",
                    "install the vendor's OpenCL driver (on Debian for example intel-opencl-icd or mesa-opencl-icd)"),
            ];
    }

    /// <summary>The devices of every platform, in the loader's order. Threads may ask at the same time.</summary>
    public static IReadOnlyList<CLDevice> FindAll()
    {
        lock (Gate)
            return [.. CLDevice.GetDevices(_ => true).Cast<CLDevice>()];
    }

    /// <summary>
    /// Opens a device.
    /// </summary>
    /// <param name="name">Name as accepted by <c>--device</c>.</param>
    /// <param name="index">Its position among all devices that the loader finds.</param>
    /// <exception cref="CLException">The driver refuses.</exception>
    public static Device Open(string name, int index) => DeviceCatalog.OpenIn(name, context =>
    {
        CLDevice device = FindAll()[index];
        AdmitWithoutGeneric(device);
        return device.CreateCLAccelerator(context);
    });

    /// <summary>
    /// ILGPU rejects a device without a generic address space, but its OpenCL code names the
    /// space of every pointer, so that no kernel uses the generic one.
    /// </summary>
    public static void AdmitWithoutGeneric(CLDevice device) => SetGenericAddressSpace(device.Capabilities, true);

    private static DeviceInfo Describe(int index, CLDevice device, bool besideCuda)
    {
        bool generic = device.Capabilities.GenericAddressSpace;
        return new DeviceInfo(
            $"opencl:{index}",
            "opencl",
            $"{device.Name} ({device.PlatformName})",
            device.MemorySize,
            true,
            generic ? null : $"its driver ({device.CLStdVersion}) offers no generic address space (no kernel uses one)",
            generic ? null : $"'parity verify --device opencl:{index}' tells whether it can be trusted; auto and all leave it out",
            device.DeviceType == CLDeviceType.CL_DEVICE_TYPE_CPU
                || (besideCuda && device.VendorName.Contains("NVIDIA", StringComparison.OrdinalIgnoreCase)));
    }

    private static DeviceInfo None(string reason, string advice) =>
        new("opencl", "opencl", "OpenCL devices", 0, false, reason, advice);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_GenericAddressSpace")]
    private static extern void SetGenericAddressSpace(CLCapabilityContext capabilities, bool value);
}
