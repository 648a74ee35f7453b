using System.Runtime.InteropServices;

namespace ParityGpu.Devices;

/// <summary>
/// The CUDA driver before ILGPU uses it. ILGPU keeps the errors of a driver that does not start to itself.
/// </summary>
/// <param name="Library">The file of its library; null where none is installed.</param>
/// <param name="Devices">GPUs it shows.</param>
/// <param name="Function">The function that failed, or null.</param>
/// <param name="Error">What it answered.</param>
public sealed record CudaDriver(string? Library, int Devices, string? Function, DriverError? Error)
{
    private const string Hiding = "CUDA_VISIBLE_DEVICES";
    private const int NoDevice = 100;
    private const int NotFound = 500;

    private delegate int Initialise(uint flags);

    private delegate int Count(out int devices);

    /// <summary>Whether <c>CUDA_VISIBLE_DEVICES</c> is set, so that GPUs may be hidden on purpose.</summary>
    public static bool HidesDevices => Environment.GetEnvironmentVariable(Hiding) is not null;

    /// <summary>Why there is no GPU, or null.</summary>
    public string? Reason =>
        Library is null ? "no CUDA driver is installed (libcuda.so.1 or nvcuda.dll)"
        : Error is not null ? $"{Error.Answer(Function!)}{Hidden} ({Library})"
        : Devices == 0 ? $"the CUDA driver finds no GPU{Hidden} ({Library})"
        : null;

    /// <summary>What would help.</summary>
    public string Advice =>
        Library is null ? "install NVIDIA's driver if the machine has such a GPU" : (Error ?? DriverErrors.Cuda(NoDevice)).Advice;

    /// <summary>Whether a driver is there and should work, but does not.</summary>
    public bool Fails => Reason is not null && Library is not null && !(HidesDevices && FindsNone);

    private bool FindsNone => Error is null or { Number: NoDevice };

    private string Hidden => HidesDevices && FindsNone ? $"; {Hiding} is \"{Environment.GetEnvironmentVariable(Hiding)}\"" : "";

    /// <summary>Starts the driver, if there is one.</summary>
    public static CudaDriver Start()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Cuda, out nint library))
            return new(null, 0, null, null);

        string path = NativeLibraries.PathOf(NativeLibraries.Cuda);
        if (!NativeLibrary.TryGetExport(library, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out nint getCount))
        {
            return new(path, 0, "the search for cuInit", DriverErrors.Cuda(NotFound));
        }

        int answer = Marshal.GetDelegateForFunctionPointer<Initialise>(init)(0);
        if (answer != 0)
            return new(path, 0, "cuInit", DriverErrors.Cuda(answer));

        answer = Marshal.GetDelegateForFunctionPointer<Count>(getCount)(out int count);
        return answer == 0 ? new(path, count, null, null) : new(path, 0, "cuDeviceGetCount", DriverErrors.Cuda(answer));
    }
}
