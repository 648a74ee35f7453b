using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cluster;

public sealed class MergeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_in_any_number_and_order_merge_into_the_log_of_the_sweep()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--n", "10", "--k", "2", "--width", "20,30", "--seeds", "9", "--curve", "log:2", "--quiet"];
        Assert.Equal(0, CommandLine.Run([.. sweep, "--log", folder["whole"], "--resume"]).ExitCode);
        foreach (int count in (int[])[3, 20])
        {
            for (int index = count - 1; index >= 0; index--)
                Assert.Equal(0, CommandLine.Run([.. sweep, "--shard", $"{index}/{count}", "--log", folder[$"{index}-{count}"], "--resume"]).ExitCode);

            string[] logs = [.. Enumerable.Range(0, count).Select(index => folder[$"{index}-{count}"])];
            CommandResult merge = CommandLine.Run(["merge", .. logs, "-o", folder[$"merged-{count}"]]);
            Assert.Equal((0, "", $"{folder[$"merged-{count}"]}: 18 runs from {count} logs\n"), (merge.ExitCode, merge.Error, merge.Output.ReplaceLineEndings("\n")));

            CommandLine.Run(["merge", .. logs.Reverse(), "-o", folder["reverse"]]);
            Assert.Equal(File.ReadAllBytes(folder[$"merged-{count}"]), File.ReadAllBytes(folder["reverse"]));
            File.Delete(folder["reverse"]);
        }

        (RunRecord Run, RunCurve? Curve)[] expected = [.. Read("whole").OrderBy(run => run.Run.Point).ThenBy(run => run.Run.Seed)];
        foreach (string merged in (string[])["merged-3", "merged-20"])
        {
            List<(RunRecord Run, RunCurve? Curve)> runs = Read(merged);
            Assert.Equal(expected.Select(run => run.Run), runs.Select(run => run.Run));
            Assert.Equal(expected.Select(run => run.Curve!.Points.AsEnumerable()), runs.Select(run => run.Curve!.Points.AsEnumerable()));
            Assert.Equal(
                CommandLine.Run("summary", folder["whole"], "--format", "json"),
                CommandLine.Run("summary", folder[merged], "--format", "json"));
            CommandResult resumed = CommandLine.Run([.. sweep[..^1], "--log", folder[merged], "--resume"]);
            Assert.Contains("18/18 runs, 18 solved", resumed.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["merged-20", "merged-3"], folder.Files.Where(name => name.Contains("merg", StringComparison.Ordinal)).Order());
        Assert.Empty(Directory.EnumerateDirectories(folder.Root));
    }

    [Fact]
    public void Missing_runs_are_counted_by_shard_and_can_be_trained_later()
    {
        Shard[] shards = [.. Enumerable.Range(0, 4).Select(index => new Shard(index, 4))];
        WriteShard("0", shards[0], int.MaxValue);
        WriteShard("2", shards[2], 1);

        CommandResult merge = CommandLine.Run("merge", folder["0"], folder["2"], "-o", folder["out"]);

        Assert.Equal((1, ""), (merge.ExitCode, merge.Output));
        Assert.StartsWith("shards 1-3 of 4 are missing 5 of 8 runs; nothing was written", merge.Error, StringComparison.Ordinal);
        Assert.Equal(["0", "2"], folder.Files.Order());
        Assert.Empty(Directory.EnumerateDirectories(folder.Root));

        merge = CommandLine.Run("merge", folder["0"], folder["2"], "-o", folder["out"], "--allow-missing");

        Assert.Equal(0, merge.ExitCode);
        Assert.StartsWith($"shards 1-3 of 4 are missing 5 of 8 runs; 'parity sweep --resume {folder["out"]}' trains them", merge.Error, StringComparison.Ordinal);
        using RunLogWriter log = RunLogWriter.Resume(folder["out"], SmallLog.Spec);
        Assert.Equal(3, log.Done.Count);
    }

    [Fact]
    public void Sessions_of_all_logs_are_kept_in_the_order_of_their_start()
    {
        WriteShard("b", new Shard(1, 2), 1, "first");
        WriteShard("a", new Shard(0, 2), 1, "second");
        using (RunLogWriter log = RunLogWriter.Resume(folder["b"], SmallLog.Spec, new Shard(1, 2)))
            log.Start("third");

        CommandLine.Run("merge", folder["a"], folder["b"], "-o", folder["out"], "--allow-missing");

        var devices = new List<string>();
        using RunLogReader reader = RunLogReader.Open(folder["out"]);
        while (reader.Read())
        {
            if (reader.Kind is LogMessageKind.Header or LogMessageKind.Resumed)
                devices.Add(reader.Session.Device);
        }

        Assert.Equal(["first", "second", "third"], devices);
        Assert.Equal(Shard.Whole, reader.Header.Shard);
    }

    [Fact]
    public void Whole_runs_of_torn_logs_are_taken()
    {
        WriteShard("torn", Shard.Whole, 5);
        byte[] log = File.ReadAllBytes(folder["torn"]);
        File.WriteAllBytes(folder["torn"], log[..^3]);

        CommandResult merge = CommandLine.Run("merge", folder["torn"], "-o", folder["out"], "--allow-missing");

        Assert.Equal(0, merge.ExitCode);
        Assert.Contains($"{folder["torn"]}: the last record is truncated or damaged at byte", merge.Error, StringComparison.Ordinal);
        Assert.Contains("\n4 of 8 runs are missing", merge.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(4, Read("out").Count);
    }

    [Fact]
    public void Overlaps_other_sweeps_and_existing_files_are_refused()
    {
        WriteShard("0", new Shard(0, 2), int.MaxValue);
        WriteShard("whole", Shard.Whole, int.MaxValue);
        using (RunLogWriter log = RunLogWriter.Create(folder["other"], SmallLog.Spec with { Lr = [0.25] }))
            log.Start("cpu");

        File.WriteAllBytes(folder["empty"], []);
        Refuse("0", "0", "read before", "different runs");
        Refuse("0", "whole", "read before", "different runs");
        Refuse("0", "other", "--lr 0.25", "0.5", "one sweep");
        Refuse("0", "empty", "empty");
        CommandLine.Run("merge", folder["whole"], "-o", folder["other"]).MustBeUserError("-o", folder["other"], "new file");
        CommandLine.Run("merge", folder["whole"], "-o", folder.Root).MustBeUserError("-o", folder.Root, "directory");
        CommandLine.Run("merge", folder["whole"], "-o", "").MustBeUserError("-o", "name of a file");
        if (OperatingSystem.IsLinux())
            CommandLine.Run("merge", folder["whole"], "-o", "/proc/merged").MustBeUserError("-o /proc/merged", "may write");

        Assert.Equal(4, folder.Files.Count());
        Assert.Empty(Directory.EnumerateDirectories(folder.Root));

        void Refuse(string first, string second, params string[] names) =>
            CommandLine.Run("merge", folder[first], folder[second], "-o", folder["out"]).MustBeUserError([folder[second], .. names]);
    }

    [Fact]
    public void A_full_disk_leaves_nothing_behind()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var spec = SmallLog.Spec with { Seeds = 1000 };
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        {
            log.Start("cpu");
            log.Write([.. Enumerable.Range(0, 1000).Select(seed => new RunRecord(0, 7 + seed, Outcome.Solved, 5, 1))]);
        }

        CommandResult merge = ParityProcess.RunShell(
            folder.Root, "ulimit -f 16; trap '' XFSZ; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$1\" merge log -o out --allow-missing");

        Assert.Equal((75, ""), (merge.ExitCode, merge.Output));
        Assert.StartsWith("out: the file is not allowed to grow further", merge.Error.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(["log"], folder.Files);
        Assert.Empty(Directory.EnumerateDirectories(folder.Root));
    }

    private void WriteShard(string name, Shard shard, int count, string device = "cpu")
    {
        var own = new ShardRuns(SmallLog.Spec, shard);
        using RunLogWriter log = RunLogWriter.Create(folder[name], SmallLog.Spec, shard);
        log.Start(device);
        log.Write([.. SmallLog.Runs.Where(run => own.Contains(run.Point, run.Seed)).Take(count)]);
    }

    private List<(RunRecord Run, RunCurve? Curve)> Read(string name)
    {
        var runs = new List<(RunRecord Run, RunCurve? Curve)>();
        using RunLogReader reader = RunLogReader.Open(folder[name]);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                runs.Add((reader.Run, reader.Curve));
        }

        return runs;
    }
}
