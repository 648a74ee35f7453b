using System.Diagnostics;
using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>The program in child processes whose cuda:0 is the CUDA driver that runs on the CPU, told to fail.</summary>
internal static partial class FailingDriver
{
    /// <summary>
    /// Runs the program.
    /// </summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="failures">function:error, with @n from its n-th call on, several with commas; null for none.</param>
    /// <param name="arguments">Its command line, split at spaces.</param>
    /// <param name="variables">More of its environment.</param>
    public static CommandResult Run(
        string folder, string? failures, string arguments, params (string Name, string Value)[] variables)
    {
        var environment = CudaOnCpuDriver.Environment.ToDictionary();
        environment["CUDA_ON_CPU_REPORT"] = "/dev/null";
        if (failures is not null)
            environment["CUDA_ON_CPU_FAIL"] = failures;

        foreach (var (name, value) in variables)
            environment[name] = value;

        using ParityProcess parity = ParityProcess.Start(folder, environment, arguments.Split(' '));
        return parity.Wait();
    }

    /// <summary>One line, with the driver's number and name, what happened and what to do.</summary>
    public static void AssertLine(CommandResult result, int error)
    {
        string said = Said(result);
        Assert.DoesNotContain("\n", said, StringComparison.Ordinal);
        Assert.Matches($@"returned {error}( \(|, )(CUDA_ERROR_[A-Z_]+|unnamed error)\)", said);
        Assert.Contains("; ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", said, StringComparison.Ordinal);
    }

    /// <summary>What the program wrote to standard error, without what the driver noticed, perhaps in the middle of one of its lines.</summary>
    public static string Said(CommandResult result) => Noticed().Replace(result.Error, "").Trim();

    /// <summary>Compiles a library; for tests that need drivers of their own.</summary>
    public static void Compile(string folder, string library, string source, params string[] arguments)
    {
        string file = Path.Combine(folder, $"{Path.GetRandomFileName()}.c");
        File.WriteAllText(file, source);
        using Process gcc = Process.Start("gcc", ["-shared", "-fPIC", "-o", Path.Combine(folder, library), file, .. arguments]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
    }

    [GeneratedRegex(@"cuda-on-cpu:[^\n]*\n?")]
    private static partial Regex Noticed();
}
