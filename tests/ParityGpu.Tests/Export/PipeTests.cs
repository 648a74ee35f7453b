using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>Every command that reads logs reads them from pipes and from the standard input too.</summary>
public sealed class PipeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("summary - < <(cat log)", "summary log")]
    [InlineData("export <(cat log)", "export log")]
    [InlineData("export - < <(cat log)", "export log")]
    [InlineData("export /dev/stdin < log", "export log")]
    [InlineData("compare <(cat log) --by width --format json", "compare log --by width --format json")]
    [InlineData("merge <(cat log) -o out", "merge log -o whole")]
    [InlineData("plot - --kind width -o out < log", "plot log --kind width -o whole")]
    [InlineData("report <(cat log) --title t -o out", "report log --title t -o whole")]
    public void A_pipe_is_as_good_as_a_file(string command, string ofFile)
    {
        if (OperatingSystem.IsWindows())
            return;

        SmallLog.Write(folder["log"]);

        CommandResult pipe = ParityProcess.RunShell(folder.Root, $"\"$0\" \"$1\" {command.Replace(" out", " out.svg", StringComparison.Ordinal)}");
        CommandResult file = ParityProcess.RunShell(folder.Root, $"\"$0\" \"$1\" {ofFile.Replace(" whole", " whole.svg", StringComparison.Ordinal)}");

        Assert.Equal((0, 0), (pipe.ExitCode, file.ExitCode));
        if (!File.Exists(folder["out.svg"]))
            Assert.Equal(WithoutLog(file.Output), WithoutLog(pipe.Output));
        else
            Assert.Equal(new FileInfo(folder["whole.svg"]).Length, new FileInfo(folder["out.svg"]).Length);
    }

    /// <summary>Without what an export's last column says of the log.</summary>
    private static string WithoutLog(string table) => Regex.Replace(table, @"(?<=,(?:[0-9.]*|NaN)),[^,\n]*(?=\n)", "");

    [Fact]
    public void A_log_that_is_written_is_an_ordinary_file()
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandLine.Run("sweep", "--log", "-").MustBeUserError("--log", "file");
        ParityProcess.RunShell(folder.Root, "mkfifo pipe; exec timeout 60 \"$0\" \"$1\" sweep --device cpu --seeds 1 --log pipe --resume")
            .MustBeUserError("--log pipe", "file");
    }
}
