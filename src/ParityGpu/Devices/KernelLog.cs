using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ParityGpu.Devices;

/// <summary>What a driver's compiler says about a kernel that it does not take, kept in a file.</summary>
internal static class KernelLog
{
    /// <summary>
    /// Compiles a refused kernel once more, for the compiler's log, which ILGPU drops.
    /// </summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="compiled">The kernel.</param>
    /// <param name="method">What it was compiled from.</param>
    /// <param name="error">What the driver answered.</param>
    /// <param name="cause">The exception it came in.</param>
    public static KernelRefusedException Refusal(
        Accelerator accelerator, CompiledKernel compiled, MethodInfo method, DriverError error, Exception cause)
    {
        string kernel = $"{method.DeclaringType?.Name}.{method.Name}";
        string answer = $"{error.Answer("the driver")} ({kernel})";
        return new KernelRefusedException($"{answer}; {Keep(accelerator, compiled, kernel, answer)}; {error.Advice}", cause);
    }

    private static string Keep(Accelerator accelerator, CompiledKernel compiled, string kernel, string answer)
    {
        string path = Path.Combine(Path.GetTempPath(), $"parity-kernel-{kernel}-{Environment.ProcessId}.log");
        try
        {
            (string? log, string source) = CompileAgain(accelerator, compiled);
            string? text = log?.Trim('\0').Trim();
            File.WriteAllText(
                path,
                $"""
                {answer}
                device: {accelerator.Name}

                {(string.IsNullOrWhiteSpace(text) ? "The driver's compiler wrote no log." : text)}

                {source}
                """);
            return $"the compiler's log and the kernel's code are in {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AcceleratorException)
        {
            return $"its compiler's log could not be kept ({e.Message.ReplaceLineEndings(" ")})";
        }
    }

    private static (string? Log, string Source) CompileAgain(Accelerator accelerator, CompiledKernel compiled)
    {
        string? log;
        switch (accelerator, compiled)
        {
            case (CudaAccelerator, PTXCompiledKernel ptx):
                if (CudaAPI.CurrentAPI.LoadModule(out nint module, ptx.PTXAssembly, out log) == CudaError.CUDA_SUCCESS)
                    CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.DestroyModule(module));

                return (log, ptx.PTXAssembly);
            case (CLAccelerator openCL, CLCompiledKernel cl):
                if (CLKernel.LoadKernel(openCL, cl.Name, cl.Source, cl.CVersion, out nint program, out nint handle, out log) == CLError.CL_SUCCESS)
                    CLException.ThrowIfFailed(CLAPI.CurrentAPI.ReleaseKernel(handle));

                if (program != 0)
                    CLException.ThrowIfFailed(CLAPI.CurrentAPI.ReleaseProgram(program));

                return (log, cl.Source);
            default:
                return (null, "");
        }
    }
}
