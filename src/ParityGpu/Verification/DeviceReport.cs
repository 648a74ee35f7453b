using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Verification;

/// <summary>What there is to say of a device whose bits differ.</summary>
public static class DeviceReport
{
    /// <summary>Facts for a report, with their names.</summary>
    public static IReadOnlyList<(string Name, string Value)> Facts(Device device) =>
    [
        ("device", $"{device.Name}, {device.Description}"),
        ("driver", Driver(device)),
        (
            "program",
            $"ParityGpu {Version(typeof(DeviceReport))}, ILGPU {Version(typeof(Context))}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
    ];

    private static string Driver(Device device) => device.Accelerator switch
    {
        CudaAccelerator cuda => $"CUDA {cuda.DriverVersion}, {cuda.Architecture}",
        CLAccelerator openCL => $"{openCL.PlatformName}, {openCL.VendorName}, {openCL.CLStdVersion}, driver {DriverVersion(openCL)}",
        _ => "none, the processor's own code",
    };

    private static string DriverVersion(CLAccelerator accelerator) =>
        CLAPI.CurrentAPI.GetDeviceInfo(accelerator.DeviceId, CLDeviceInfoType.CL_DRIVER_VERSION);

    private static string Version(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
