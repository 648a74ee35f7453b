using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace ParityGpu.Tests.Statistics;

/// <summary>Scripts of R beside the test that runs them.</summary>
internal static class RScript
{
    public static string Run(string script, string table, [CallerFilePath] string here = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(here)!, script);
        using Process process = Process.Start(new ProcessStartInfo("Rscript", [path, table]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
