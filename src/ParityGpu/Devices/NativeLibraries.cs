using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace ParityGpu.Devices;

/// <summary>
/// Finds the driver libraries under the names drivers install. ILGPU asks for "OpenCL" and "cuda"; Linux drivers ship
/// libOpenCL.so.1 and libcuda.so.1 without the development links, and the failure would be silent.
/// </summary>
public static class NativeLibraries
{
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>Must run before the first use of ILGPU; further calls do nothing.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered)
                return;

            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
            registered = true;
        }
    }

    /// <summary>Whether the library ILGPU calls <paramref name="name"/> can be loaded.</summary>
    public static bool IsInstalled(string name)
    {
        if (!NativeLibrary.TryLoad(name, typeof(Context).Assembly, null, out nint handle)
            && (handle = Resolve(name, typeof(Context).Assembly, null)) == 0)
            return false;

        NativeLibrary.Free(handle);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        string? installed = name switch
        {
            "OpenCL" => "libOpenCL.so.1",
            "cuda" => "libcuda.so.1",
            _ => null,
        };
        return installed is not null && NativeLibrary.TryLoad(installed, assembly, searchPath, out nint handle) ? handle : 0;
    }
}
