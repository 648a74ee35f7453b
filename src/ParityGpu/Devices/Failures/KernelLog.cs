using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ParityGpu.Devices;

/// <summary>What a driver's compiler says about a kernel that it rejects, saved to a file.</summary>
internal static class KernelLog
{
    private delegate CLError GetBuildInfo(nint program, nint device, int what, nint size, byte[]? value, out nint needed);

    /// <summary>
    /// Whether an exception from loading a kernel says that the driver rejects it. ILGPU queries OpenCL for a failed build's log before it reports
    /// the failure, and that query fails if the log is long.
    /// </summary>
    public static bool IsRefusal(AcceleratorException exception) =>
        DriverErrors.Of(exception)?.Kind == DriverErrorKind.Kernel || exception is CLException { Error: CLError.CL_INVALID_VALUE };

    /// <summary>
    /// Compiles a rejected kernel once more to get the compiler's log, which ILGPU discards.
    /// </summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="compiled">The kernel.</param>
    /// <param name="method">What it was compiled from.</param>
    /// <param name="cause">The exception of the first attempt.</param>
    public static KernelRefusedException Refusal(
        Accelerator accelerator, CompiledKernel compiled, MethodInfo method, AcceleratorException cause)
    {
        string kernel = $"{method.DeclaringType?.Name}.{method.Name}";
        (DriverError? again, string log, string source) = CompileAgain(accelerator, compiled);
        DriverError error = again ?? DriverErrors.Of(cause)!;
        string answer = $"{error.Answer("the driver")} ({kernel})";
        string path = Path.Combine(Path.GetTempPath(), $"parity-kernel-{kernel}-{Environment.ProcessId}.log");
        string kept = Keep(
            path,
            $"""
            {answer}
            device: {accelerator.Name}

            {(string.IsNullOrWhiteSpace(log) ? "The driver's compiler wrote no log." : log)}

            {source}
            """);
        return new KernelRefusedException($"{answer}; {kept}; {error.Advice}", cause);
    }

    private static string Keep(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
            return $"the compiler's log and the kernel's code are in {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its compiler's log could not be kept ({e.Message.ReplaceLineEndings(" ")})";
        }
    }

    private static (DriverError? Error, string Log, string Source) CompileAgain(Accelerator accelerator, CompiledKernel compiled)
    {
        switch (accelerator, compiled)
        {
            case (CudaAccelerator, PTXCompiledKernel ptx):
                CudaError loaded = CudaAPI.CurrentAPI.LoadModule(out nint module, ptx.PTXAssembly, out string? log);
                if (loaded == CudaError.CUDA_SUCCESS)
                    CudaAPI.CurrentAPI.DestroyModule(module);

                return (loaded == CudaError.CUDA_SUCCESS ? null : DriverErrors.Cuda((int)loaded), Trimmed(log), ptx.PTXAssembly);
            case (CLAccelerator openCL, CLCompiledKernel cl):
                CLError built = CLAPI.CurrentAPI.CreateProgram(openCL.NativePtr, cl.Source, out nint program);
                if (built != CLError.CL_SUCCESS)
                    return (DriverErrors.OpenCL((int)built), "", cl.Source);

                built = CLAPI.CurrentAPI.BuildProgram(program, openCL.DeviceId, $"-cl-std={cl.CVersion}");
                string said = BuildLog(program, openCL.DeviceId);
                CLAPI.CurrentAPI.ReleaseProgram(program);
                return (built == CLError.CL_SUCCESS ? null : DriverErrors.OpenCL((int)built), said, cl.Source);
            default:
                return (null, "", "");
        }
    }

    private static string BuildLog(nint program, nint device)
    {
        const int ProgramBuildLog = 0x1183;
        if (!NativeLibraries.TryLoad("OpenCL", out nint library))
            return "";

        var ask = Marshal.GetDelegateForFunctionPointer<GetBuildInfo>(NativeLibrary.GetExport(library, "clGetProgramBuildInfo"));
        if (ask(program, device, ProgramBuildLog, 0, null, out nint size) != CLError.CL_SUCCESS)
            return "";

        byte[] log = new byte[size];
        return ask(program, device, ProgramBuildLog, size, log, out _) == CLError.CL_SUCCESS ? Trimmed(Encoding.UTF8.GetString(log)) : "";
    }

    private static string Trimmed(string? log) => log?.Trim('\0').Trim() ?? "";
}
