using System.Diagnostics;
using System.Runtime.CompilerServices;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

public sealed class PythonReaderTests
{
    [PythonFact]
    public void The_python_reader_of_the_documentation_reads_a_log()
    {
        using var folder = new TemporaryFolder();
        SmallLog.Write(folder["log"]);

        // Point 0: 120, 300, 4000 and one never; point 1: 0, 1, 128 and one never.
        Assert.Equal("0: 3/4 median 2150.0\n1: 3/4 median 64.5\n", RunScript(folder["log"]));
    }

    /// <summary>What the script prints of a log.</summary>
    internal static string RunScript(string log)
    {
        using Process python = Process.Start(new ProcessStartInfo(PythonFactAttribute.Python, [Script(), log])
        {
            RedirectStandardOutput = true,
        })!;
        string output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return output;
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(
        Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ParityGpu", "Logs", "read_log.py");
}
