using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Verification;

/// <summary>Describes a device whose bits differ.</summary>
public static class DeviceReport
{
    /// <summary>
    /// The lines to report.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="different">The checks that found a difference.</param>
    public static IEnumerable<string> Lines(Device device, IEnumerable<VerifyLine> different)
    {
        yield return Line("device", $"{device.Name}, {device.Description}");
        yield return Line("driver", Driver(device));
        yield return Line(
            "program",
            $"ParityGpu {Version(typeof(DeviceReport))}, ILGPU {Version(typeof(Context))}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return Line("command", $"parity verify --device {device.Name}");
        foreach (var line in different)
        {
            yield return Line(line.Name, line.Detail);
            if (line.Command is { } command)
                yield return Line("", command);
        }
    }

    private static string Line(string name, string value) => $"  {name,-10} {value}";

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
