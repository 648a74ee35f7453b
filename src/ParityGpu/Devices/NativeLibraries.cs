using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;

namespace ParityGpu.Devices;

/// <summary>
/// Finds the driver libraries under the names that drivers install. ILGPU asks for "OpenCL" and "cuda"; Linux drivers ship libOpenCL.so.1 and
/// libcuda.so.1 without the development links, and the failure would be silent.
/// </summary>
public static class NativeLibraries
{
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>What ILGPU calls the CUDA driver's library.</summary>
    public static string Cuda => OperatingSystem.IsWindows() ? "nvcuda" : "cuda";

    /// <summary>Must run before the first use of ILGPU; further calls do nothing.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered)
                return;

            // Not a resolver of ILGPU's assembly: an assembly has at most one, and under WSL 2 ILGPU sets its own.
            AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += (_, name) => LoadInstalled(name);
            registered = true;
        }
    }

    /// <summary>
    /// Loads a driver's library as ILGPU will.
    /// </summary>
    /// <param name="name">What ILGPU calls it.</param>
    /// <param name="handle">The library, never unloaded: some drivers do not survive that.</param>
    public static bool TryLoad(string name, out nint handle) =>
        NativeLibrary.TryLoad(name, typeof(Context).Assembly, null, out handle) || (handle = LoadInstalled(name)) != 0;

    /// <summary>The file of a loaded library, or its name if the system does not tell.</summary>
    public static string PathOf(string name)
    {
        using var process = Process.GetCurrentProcess();
        var files = process.Modules.Cast<ProcessModule>().Select(module => module.FileName).OfType<string>();
        return files.FirstOrDefault(file => IsFileOf(Path.GetFileName(file), name)) ?? name;
    }

    private static bool IsFileOf(string file, string name) =>
        file.StartsWith($"lib{name}.so", StringComparison.Ordinal)
        || file.Equals($"{name}.dll", StringComparison.OrdinalIgnoreCase);

    private static nint LoadInstalled(string name)
    {
        string[] installed = name switch
        {
            "OpenCL" => ["libOpenCL.so.1"],
            "cuda" => ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"],
            _ => [],
        };
        foreach (string file in installed)
        {
            if (NativeLibrary.TryLoad(file, out nint handle))
                return handle;
        }

        return 0;
    }
}
