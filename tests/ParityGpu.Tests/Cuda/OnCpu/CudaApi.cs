using System.Runtime.InteropServices;

namespace ParityGpu.Tests.Cuda;

/// <summary>The driver's functions that its own tests call.</summary>
internal static partial class CudaApi
{
    private const string Library = CudaOnCpuDriver.Name;

    [LibraryImport(Library, EntryPoint = "cuCtxCreate_v2")]
    public static partial int CreateContext(out nint context, uint flags, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxDestroy_v2")]
    public static partial int DestroyContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxGetCurrent")]
    public static partial int GetCurrentContext(out nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxSetCurrent")]
    public static partial int SetCurrentContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxSynchronize")]
    public static partial int Synchronize();

    [LibraryImport(Library, EntryPoint = "cuMemAlloc_v2")]
    public static partial int Allocate(out nint pointer, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(nint pointer);

    [LibraryImport(Library, EntryPoint = "cuMemcpyAsync")]
    public static partial int Copy(nint to, nint from, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuModuleLoadDataEx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LoadModule(out nint module, string ptx, uint count, int[] options, nint[] values);

    [LibraryImport(Library, EntryPoint = "cuModuleUnload")]
    public static partial int UnloadModule(nint module);

    [LibraryImport(Library, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetFunction(out nint function, nint module, string name);

    [LibraryImport(Library, EntryPoint = "cuLaunchKernel")]
    public static partial int Launch(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream,
        nint parameters, nint[] extra);
}
