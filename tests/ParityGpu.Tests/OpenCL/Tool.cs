using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace ParityGpu.Tests.OpenCL;

/// <summary>Programs that tests run.</summary>
internal static class Tool
{
    /// <summary>Clang, which is AMD's compiler too.</summary>
    public const string Clang = "/usr/bin/clang-19";

    /// <summary>What AMD's compiler links: the functions of OpenCL, as bitcode.</summary>
    public static readonly string AmdLibraries =
        $"/usr/lib/{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu/amdgcn/bitcode";

    /// <summary>Intel's compiler.</summary>
    public const string Ocloc = "/usr/bin/ocloc";

    /// <summary>oclgrind as an OpenCL driver.</summary>
    public const string Oclgrind = "/usr/lib/oclgrind/liboclgrind-rt-icd.so";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Why a test that needs a file or folder cannot run here, or null; in CI it runs and fails.</summary>
    public static string? MissingReason(string path, string package) =>
        Environment.GetEnvironmentVariable("CI") == "true" || Path.Exists(path)
            ? null
            : $"{path} is not installed; on Debian 12: apt-get install {package}";

    /// <summary>Starts Program.cs of the tests.</summary>
    public static ProcessStartInfo Child(IEnumerable<string> arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Tool).Assembly.Location, .. arguments]);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote, first to its output, then as errors.</returns>
    public static (int ExitCode, string Text) Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} still runs after {Patience}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}

/// <summary>A test with data that compiles for AMD; skipped where the compiler is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AmdTheoryAttribute : TheoryAttribute
{
    public AmdTheoryAttribute() => Skip = Tool.MissingReason(Tool.Clang, "clang-19") ?? Tool.MissingReason(Tool.AmdLibraries, "rocm-device-libs");
}

/// <summary>A test with data that compiles for Intel; skipped where the compiler is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IntelTheoryAttribute : TheoryAttribute
{
    public IntelTheoryAttribute() => Skip = Tool.MissingReason(Tool.Ocloc, "intel-opencl-icd");
}

/// <summary>A test with data that runs under oclgrind; skipped where that is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OclgrindTheoryAttribute : TheoryAttribute
{
    public OclgrindTheoryAttribute() => Skip = Tool.MissingReason(Tool.Oclgrind, "oclgrind ocl-icd-libopencl1");
}
