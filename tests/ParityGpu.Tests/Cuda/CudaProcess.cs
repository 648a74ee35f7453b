using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>The program in processes that have CUDA devices: those of a driver that runs PTX on the CPU.</summary>
internal static class CudaProcess
{
    /// <summary>The environment of a process with CUDA devices.</summary>
    /// <param name="settings">Settings of the driver, without their prefix: ("ORDER", "1").</param>
    public static IReadOnlyDictionary<string, string> Environments(params (string Name, string Value)[] settings)
    {
        var variables = CudaOnCpuDriver.Environment.ToDictionary();
        foreach (var (name, value) in settings)
            variables[$"CUDA_ON_CPU_{name}"] = value;

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

    /// <summary>The same, which must end well.</summary>
    public static CommandResult RunWell(string folder, (string Name, string Value)[] settings, params string[] args)
    {
        CommandResult result = Run(folder, settings, args);
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }
}

/// <summary>A test of processes with CUDA devices, skipped where there is no such driver, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaProcessFactAttribute : FactAttribute
{
    public CudaProcessFactAttribute() => Skip = CudaOnCpuDriver.MissingReason;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaProcessTheoryAttribute : TheoryAttribute
{
    public CudaProcessTheoryAttribute() => Skip = CudaOnCpuDriver.MissingReason;
}
