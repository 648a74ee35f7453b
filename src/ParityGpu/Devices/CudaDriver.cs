using System.Runtime.InteropServices;

namespace ParityGpu.Devices;

/// <summary>
/// The CUDA driver before ILGPU uses it. ILGPU does not report why a driver fails to start.
/// </summary>
/// <param name="Library">The file of its library; null if none is installed.</param>
/// <param name="Devices">Number of GPUs it reports.</param>
/// <param name="Reason">Why there is no GPU, or null.</param>
/// <param name="Advice">What would help, or null.</param>
/// <param name="Fails">Whether an installed driver should report GPUs but does not.</param>
internal sealed record CudaDriver(string? Library, int Devices, string? Reason, string? Advice, bool Fails)
{
    private const string Hiding = "CUDA_VISIBLE_DEVICES";
    private const int NoDevice = 100;

    private delegate int Initialise(uint flags);

    private delegate int Count(out int devices);

    /// <summary>Starts the driver, if there is one.</summary>
    public static CudaDriver Start()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Cuda, out nint library))
        {
            return new(
                null, 0, "no CUDA driver is installed (libcuda.so.1 or nvcuda.dll)", "install NVIDIA's driver if the machine has such a GPU", Fails: false);
        }

        string path = NativeLibraries.PathOf(NativeLibraries.Cuda);
        if (!NativeLibrary.TryGetExport(library, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out nint getCount))
        {
            return new(path, 0, $"the library is not a CUDA driver: it lacks cuInit or cuDeviceGetCount ({path})", "install NVIDIA's driver again", Fails: true);
        }

        int answer = Marshal.GetDelegateForFunctionPointer<Initialise>(init)(0);
        if (answer != 0)
            return Failed(path, "cuInit", answer);

        answer = Marshal.GetDelegateForFunctionPointer<Count>(getCount)(out int count);
        if (answer != 0)
            return Failed(path, "cuDeviceGetCount", answer);

        return count == 0
            ? new(path, 0, $"the CUDA driver reports no GPU ({path})", DriverErrors.Cuda(NoDevice).Advice, Fails: false)
            : new(path, count, null, null, Fails: false);
    }

    private static CudaDriver Failed(string path, string function, int answer)
    {
        DriverError error = DriverErrors.Cuda(answer);
        string? hiding = answer == NoDevice ? Environment.GetEnvironmentVariable(Hiding) : null;
        return hiding is null
            ? new(path, 0, $"{error.Answer(function)} ({path})", error.Advice, Fails: true)
            : new(path, 0, $"{error.Answer(function)}, and {Hiding}={hiding} may hide it ({path})", $"unset {Hiding}, or name a GPU that nvidia-smi lists", Fails: false);
    }
}
