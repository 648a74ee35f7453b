using ILGPU.Runtime.OpenCL;
using ParityGpu.Devices;

namespace ParityGpu.Tests.OpenCL;

/// <summary>An OpenCL platform that is asked for by name; names are matched in part.</summary>
internal static class OpenCLPlatform
{
    public static bool Exists(string name) => FirstDevice(name) is not null;

    /// <summary>Opens the platform's first device as the program would.</summary>
    public static Device Open(string name) => DeviceCatalog.OpenIn("opencl:0", context =>
    {
        CLDevice device = FirstDevice(name) ?? throw new InvalidOperationException($"no OpenCL device of {name}");
        OpenCLDevices.AdmitWithoutGeneric(device);
        return device.CreateCLAccelerator(context);
    });

    private static CLDevice? FirstDevice(string name)
    {
        NativeLibraries.Register();
        return OpenCLDevices.FindAll().FirstOrDefault(device => device.PlatformName.Contains(name, StringComparison.OrdinalIgnoreCase));
    }
}
