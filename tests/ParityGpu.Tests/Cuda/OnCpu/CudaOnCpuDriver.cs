using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ParityGpu.Tests.Cuda;

/// <summary>The CUDA driver that runs kernels on the CPU (tests/CudaOnCpu), loaded into this process before ILGPU looks for one.</summary>
internal static partial class CudaOnCpuDriver
{
    /// <summary>What programs ask the system's loader for.</summary>
    public const string Name = "libcuda.so.1";

    /// <summary>Where the build puts it.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "cuda-on-cpu");

    private static string Library => Path.Combine(Folder, Name);

    private static bool IsBuilt => File.Exists(Library);

    /// <summary>Why it cannot run here, or null.</summary>
    public static string? MissingReason { get; } = FindMissing();

    /// <summary>Variables for a child process whose cuda:0 shall be this driver; others of the driver may be added.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["LD_LIBRARY_PATH"] = Folder,
        ["CUDA_ON_CPU_TRANSLATOR"] = Translator,
        ["CUDA_ON_CPU_DEVICES"] = "1",
    };

    private static string Translator => Path.Combine(AppContext.BaseDirectory, "PtxToC.dll");

    /// <summary>Sets CUDA_ON_CPU_<paramref name="name"/> for this process; null takes it back.</summary>
    [LibraryImport(Name, EntryPoint = "cudaOnCpuSet", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Set(string name, string? value);

    /// <summary>The same for the calling thread only.</summary>
    [LibraryImport(Name, EntryPoint = "cudaOnCpuSetHere", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetHere(string name, string? value);

    /// <summary>What the driver found wrong since the last call.</summary>
    public static string Report()
    {
        byte[] buffer = new byte[1 << 16];
        int length = Report(buffer, buffer.Length);
        return Encoding.UTF8.GetString(buffer, 0, Math.Min(length, buffer.Length - 1));
    }

    [LibraryImport(Name, EntryPoint = "cudaOnCpuReport")]
    private static partial int Report(byte[] buffer, int size);

    // ILGPU looks for a driver once. Tests that do not ask for this one find a driver without devices.
    [ModuleInitializer]
    internal static void Load()
    {
        if (!IsBuilt)
            return;

        NativeLibrary.Load(Library);
        Set("DEVICES", "0");
        Set("TRANSLATOR", Translator);
    }

    // In CI it must be there: its tests run and fail if it is not.
    private static string? FindMissing() =>
        IsBuilt || System.Environment.GetEnvironmentVariable("CI") == "true"
            ? null
            : "no CUDA driver for CPUs: its build needs g++ on Linux x64; on Debian: apt-get install g++";
}
