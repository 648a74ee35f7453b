using System.Diagnostics;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>
/// A test that needs R. Without it the test is skipped, except in continuous integration (CI=true), where it runs and
/// fails.
/// </summary>
public sealed class RscriptFactAttribute : FactAttribute
{
    public RscriptFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && !HasR())
            Skip = "R is not installed (apt: r-base-core)";
    }

    private static bool HasR()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("Rscript", ["--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
