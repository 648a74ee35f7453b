using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Tests.OpenCL;
using Xunit;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// OpenCL without a GPU: PoCL runs the kernels on the CPU. Its older versions do not report the generic address space
/// ILGPU asks for, but run these kernels when the keyword is defined away.
/// </summary>
public sealed partial class PoclDevice : IDisposable
{
    /// <summary>
    /// Bytes of a worker thread's stack. Unoptimised code keeps every variable of every work item of a group there: 9 MB in the
    /// transformer's kernel, where threads have 8 MB by default.
    /// </summary>
    private const nuint StackBytes = 64 << 20;

    private const string Platform = "Portable Computing Language";

    public PoclDevice()
    {
        // The native environment: what .NET sets is seen by child processes only.
        _ = SetNativeVariable("POCL_EXTRA_BUILD_FLAGS", "-D__generic=__global -cl-opt-disable", 1);
        Device = OpenCLPlatform.Open(Platform);
    }

    /// <summary>The device as the program would have opened it.</summary>
    public Device Device { get; }

    public Accelerator Accelerator => Device.Accelerator;

    /// <summary>Why tests on this device cannot run here, or null.</summary>
    public static string? MissingReason { get; } = FindMissing();

    public void Dispose() => Device.Dispose();

    /// <summary>Comes before every test: PoCL starts its threads when any of them first looks for OpenCL devices.</summary>
    [ModuleInitializer]
    internal static void EnlargeStacks()
    {
        if (OperatingSystem.IsLinux())
            SetStacksOfNewThreads(StackBytes);
    }

    private static string? FindMissing()
    {
        // In CI the device must be there: its tests run and fail if it is not.
        if (Environment.GetEnvironmentVariable("CI") == "true")
            return null;

        if (!OperatingSystem.IsLinux())
            return "PoCL is looked for on Linux only";

        return OpenCLPlatform.Exists(Platform)
            ? null
            : "no OpenCL device of PoCL; on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1";
    }

    private static void SetStacksOfNewThreads(nuint bytes)
    {
        Span<byte> attributes = stackalloc byte[128];
        if (GetDefaultAttributes(attributes) != 0 || SetStackSize(attributes, bytes) != 0 || SetDefaultAttributes(attributes) != 0)
            throw new InvalidOperationException("the C library does not let threads have larger stacks");
    }

    [LibraryImport("libc", EntryPoint = "pthread_getattr_default_np")]
    private static partial int GetDefaultAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "pthread_attr_setstacksize")]
    private static partial int SetStackSize(Span<byte> attributes, nuint bytes);

    [LibraryImport("libc", EntryPoint = "pthread_setattr_default_np")]
    private static partial int SetDefaultAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}

/// <summary>The tests that share one PoCL device, which also keeps them from running beside each other.</summary>
[CollectionDefinition(Name)]
public sealed class PoclTests : ICollectionFixture<PoclDevice>
{
    public const string Name = "PoCL";
}
