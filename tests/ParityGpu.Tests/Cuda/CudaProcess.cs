using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>The program in processes that have CUDA devices: those of a driver that runs PTX on the CPU.</summary>
internal static class CudaProcess
{
    /// <summary>Names the folder of the driver's libcuda.so.1.</summary>
    private const string FolderVariable = "CUDA_ON_CPU_LIBRARY";

    private static readonly string? Folder = Environment.GetEnvironmentVariable(FolderVariable);

    /// <summary>Why these tests cannot run here, or null. In CI the driver must be there: its tests run and fail if it is not.</summary>
    public static string? MissingReason { get; } = Folder is not null || Environment.GetEnvironmentVariable("CI") == "true"
        ? null
        : $"no CUDA driver for the CPU; set {FolderVariable} to the folder of its libcuda.so.1";

    /// <summary>The environment of a process with CUDA devices.</summary>
    /// <param name="settings">Settings of the driver, without their prefix: ("ORDER", "1").</param>
    public static IReadOnlyDictionary<string, string> Environments(params (string Name, string Value)[] settings)
    {
        var variables = settings.ToDictionary(setting => $"CUDA_ON_CPU_{setting.Name}", setting => setting.Value);
        variables.Add("LD_LIBRARY_PATH", Folder ?? throw new InvalidOperationException("The CUDA driver for the CPU was not built."));
        return variables;
    }

    /// <summary>Runs parity with CUDA devices.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="settings">Settings of the driver, without their prefix.</param>
    /// <param name="args">Its arguments.</param>
    public static CommandResult Run(string folder, (string Name, string Value)[] settings, params string[] args)
    {
        using ParityProcess parity = ParityProcess.Start(folder, Environments(settings), args);
        return parity.Wait();
    }
}

/// <summary>A test of processes with CUDA devices, skipped where there is no such driver, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaProcessFactAttribute : FactAttribute
{
    public CudaProcessFactAttribute() => Skip = CudaProcess.MissingReason;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaProcessTheoryAttribute : TheoryAttribute
{
    public CudaProcessTheoryAttribute() => Skip = CudaProcess.MissingReason;
}
