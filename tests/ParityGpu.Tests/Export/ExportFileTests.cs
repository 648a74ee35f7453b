using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>Where parity export writes, and what it leaves alone.</summary>
public sealed class ExportFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ExportFileTests() => SmallLog.Write(folder["log"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_holds_what_the_output_would()
    {
        CommandResult result = CommandLine.Run("export", folder["log"], "-o", folder["runs.csv"]);

        Assert.Equal(new CommandResult(0, "", ""), result);
        Assert.Equal(CommandLine.Run("export", folder["log"]).Output, File.ReadAllText(folder["runs.csv"]));
        Assert.Equal(["log", "runs.csv"], folder.Files.Order());
    }

    [Fact]
    public void A_file_is_replaced_only_if_asked_for()
    {
        File.WriteAllText(folder["runs.csv"], "precious");

        CommandLine.Run("export", folder["log"], "-o", folder["runs.csv"]).MustBeUserError("-o", folder["runs.csv"], "--force");
        Assert.Equal("precious", File.ReadAllText(folder["runs.csv"]));

        Assert.Equal(0, CommandLine.Run("export", folder["log"], "-o", folder["runs.csv"], "--force").ExitCode);
        Assert.StartsWith("n,k,", File.ReadAllText(folder["runs.csv"]), StringComparison.Ordinal);
        Assert.Equal(["log", "runs.csv"], folder.Files.Order());
    }

    [Fact]
    public void A_failed_export_leaves_nothing_and_the_old_file()
    {
        File.WriteAllText(folder["old.csv"], "precious");

        CommandLine.Run("export", folder["log"], folder["log"], "-o", folder["new.csv"]).MustBeUserError("read before");
        CommandLine.Run("export", folder["log"], folder["log"], "-o", folder["old.csv"], "--force").MustBeUserError("read before");

        Assert.Equal("precious", File.ReadAllText(folder["old.csv"]));
        Assert.Equal(["log", "old.csv"], folder.Files.Order());
    }

    [Fact]
    public void A_log_that_is_read_is_never_replaced()
    {
        byte[] log = File.ReadAllBytes(folder["log"]);
        string detour = Path.Combine(folder.Root, ".", "log");

        CommandLine.Run("export", folder["log"], "-o", detour, "--force").MustBeUserError("-o", "is a log");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(folder["link"], folder["log"]);
            CommandLine.Run("export", folder["log"], "-o", folder["link"], "--force").MustBeUserError("-o", "is a log");
            CommandLine.Run("export", folder["link"], "-o", folder["log"], "--force").MustBeUserError("-o", "is a log");
        }

        Assert.Equal(log, File.ReadAllBytes(folder["log"]));
    }

    [Fact]
    public void Places_that_hold_no_file_are_named()
    {
        CommandLine.Run("export", folder["log"], "-o", folder.Root).MustBeUserError("-o", folder.Root, "directory");
        CommandLine.Run("export", folder["log"], "-o", Path.Combine(folder["missing"], "runs")).MustBeUserError("-o", "missing", "directory");
        CommandLine.Run("export", folder["log"], "-o", " ").MustBeUserError("-o", "name of a file");
        if (OperatingSystem.IsLinux())
        {
            // Not even the superuser creates files in /proc.
            CommandLine.Run("export", folder["log"], "-o", "/proc/runs").MustBeUserError("-o /proc/runs", "may write");
            CommandLine.Run("export", folder["log"], "-o", "/dev/null", "--force").MustBeUserError("-o /dev/null", "must be");
        }

        Assert.Equal(["log"], folder.Files);
    }
}
