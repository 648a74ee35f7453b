using System.Diagnostics;
using ParityGpu.Logs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>What becomes of a sweep whose log cannot be written any more: finished runs stay, and the program says where.</summary>
public sealed class WriteErrorTests : IDisposable
{
    private const string Command = "sweep --device cpu --n 12 --width 20 --seeds 100000000 --quiet --log log";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("rm log")]
    [InlineData("mv log elsewhere")]
    [InlineData("echo other > other && mv other log")]
    [InlineData("echo old > log.rescued && rm log", "log.rescued-2")]
    public void A_log_that_is_moved_removed_or_replaced_is_saved(string how, string rescued = "log.rescued")
    {
        if (OperatingSystem.IsWindows())
            return;

        using ParityProcess parity = ParityProcess.Start(folder.Root, Command.Split(' '));
        parity.WaitUntilLonger(folder["log"], 3000);
        using (Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", how]) { WorkingDirectory = folder.Root })!)
            shell.WaitForExit();

        CommandResult result = parity.Wait();

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            $"log: was moved, removed or replaced while it was written; the finished runs are in {rescued}, which --resume can continue\n", result.Error);
        using RunLogReader reader = RunLogReader.Open(folder[rescued]);
        Assert.NotEmpty(SmallLog.ReadRuns(reader));
        Assert.False(reader.IsTorn);
    }

    [Fact]
    public void A_log_behind_a_link_is_at_its_place()
    {
        if (OperatingSystem.IsWindows())
            return;

        File.CreateSymbolicLink(folder["log"], folder["target"]);
        File.WriteAllBytes(folder["target"], []);
        using RunLogWriter log = RunLogWriter.Resume(folder["log"], SmallLog.Spec);
        log.Start("cpu");
        log.Write(SmallLog.Runs);
        log.Complete();

        File.Delete(folder["log"]);
        Assert.Throws<LogLostException>(log.Complete);

        // Told again, as workers do that were still busy: one file has everything.
        Assert.Contains("log.rescued,", Assert.Throws<LogLostException>(log.Complete).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.Root, "log.rescued*"));
    }

    [SmallDiskFact]
    public void A_full_and_a_read_only_disk_are_named_and_finished_runs_stay()
    {
        using var disk = new SmallDisk(folder.Root);

        CommandResult full = ParityProcess.Run(folder.Root, Command.Split(' '));

        Assert.Equal((75, ""), (full.ExitCode, full.Output));
        Assert.StartsWith("log: No space left on device", full.Error, StringComparison.Ordinal);
        Assert.Contains("the finished runs are in the log; continue with: parity sweep", full.Error, StringComparison.Ordinal);
        Assert.NotEmpty(ParityGpu.Sweep.ReadRuns(folder["log"]));
        CommandResult merge = ParityProcess.Run(folder.Root, "merge", "log", "-o", "merged", "--allow-missing");
        Assert.Equal((75, ""), (merge.ExitCode, merge.Output));
        Assert.Contains("merged: No space left on device", merge.Error, StringComparison.Ordinal);
        Assert.Equal(["log"], folder.Files);
        Assert.Empty(Directory.EnumerateDirectories(folder.Root));

        disk.MakeReadOnly();
        ParityProcess.Run(folder.Root, [.. Command.Split(' '), "--resume"]).MustBeUserError("--log log", "may write");
        ParityProcess.Run(folder.Root, "merge", "log", "-o", "merged").MustBeUserError("-o merged", "may write");
        Assert.Equal(0, ParityProcess.Run(folder.Root, "summary", "log").ExitCode);
    }
}

/// <summary>A file system of 128 KiB, mounted over a folder.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    public SmallDisk(string folder)
    {
        this.folder = folder;
        if (!Run("mount", "-t", "tmpfs", "-o", "size=128k", "parity-test", folder))
            throw new InvalidOperationException($"{folder} cannot be mounted over.");
    }

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", folder));

    public void Dispose() => Run("umount", folder);

    internal static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A test that mounts a file system: of Linux, for a root who may do that, which in a container not every root may.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !MayMount())
            Skip = "mounting a file system takes Linux and a root who may";
    }

    private static bool MayMount()
    {
        using var folder = new TemporaryFolder();
        try
        {
            new SmallDisk(folder.Root).Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
