using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Runs that ended after a log last said what was in flight do not count as ended, whatever becomes of the log.</summary>
public sealed class LateRunsTests : IDisposable
{
    private static readonly SweepSpec Spec = SmallLog.Spec with { Width = [10, 30], Seeds = 20, FirstSeed = 0 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_that_crashed_have_one_summary_merged_or_not()
    {
        int parts = 0;
        for (int trial = 0; trial < 20; trial++)
        {
            var random = new Random(trial);
            string[] logs = [.. Enumerable.Range(0, 3).Select(shard => WriteCrashed($"{trial}-{shard}", new Shard(shard, 3), random))];

            byte[] merged = Merge(64 << 20, logs);

            Assert.Equal(merged, Merge(1, [.. logs.Reverse()]));
            string path = folder[$"{trial}-merged"];
            File.WriteAllBytes(path, merged);
            Assert.Equal(merged, Merge(1, path));
            Assert.Equal(CommandLine.Run(["summary", .. logs, "--format", "csv"]), CommandLine.Run("summary", path, "--format", "csv"));
            CommandResult summary = CommandLine.Run("summary", path);
            Assert.Equal(CommandLine.Run(["summary", .. logs]), summary);
            parts += summary.Output.Contains("part of a sweep", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(parts, 10, 20);
    }

    /// <summary>A run that one log has in flight may have ended in another.</summary>
    [Fact]
    public void A_run_in_flight_that_another_log_has_is_not_in_flight()
    {
        Write("a", log => log.WriteInFlight([new(0, 1, 40), new(0, 2, 50)]));
        Write("b", log =>
        {
            log.Write((RunRecord[])[new(0, 1, Outcome.Solved, 60, 1)]);
            log.WriteInFlight([new(0, 2, 45)]);
        });

        File.WriteAllBytes(folder["merged"], Merge(1, folder["a"], folder["b"]));

        Assert.Equal([(1L, new SeedTime(60, Outcome.Solved)), (2L, new SeedTime(50, null))], Counted("merged"));
    }

    [Fact]
    public void A_merged_log_does_not_pretend_to_know_more_than_its_logs()
    {
        Write("a", log => log.WriteInFlight([new(0, 1, 40)]));
        Write("b", log => log.Write((RunRecord[])[new(1, 1, Outcome.Solved, 60, 1)]));

        File.WriteAllBytes(folder["merged"], Merge(1, folder["a"], folder["b"]));

        Assert.Contains("does not say which were in flight", CommandLine.Run("summary", folder["merged"], "--format", "csv").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Extended_and_rescued_logs_count_what_they_counted_before()
    {
        Write("log", Crash);
        (long, SeedTime)[] counted = Counted("log");
        Assert.Equal([(0, new SeedTime(5, Outcome.Solved)), (1, new SeedTime(40, null)), (2, new SeedTime(50, null))], counted);
        byte[] damaged = File.ReadAllBytes(folder["log"]);
        damaged[damaged.AsSpan().IndexOf("solved"u8)] ^= 1;
        File.WriteAllBytes(folder["damaged"], damaged);

        using (RunLogWriter extended = RunLogWriter.Resume(folder["log"], Spec with { Seeds = 30 }))
            extended.Start("cpu");

        using (RunLogWriter rescued = RunLogWriter.Resume(folder["damaged"], Spec))
            rescued.Start("cpu");

        Assert.Equal(counted, Counted("log"));
        Assert.Equal(counted[1..], Counted("damaged"));
    }

    /// <summary>Nothing is unknown of a point of which all runs ended.</summary>
    [Fact]
    public void A_point_that_is_complete_counts_whole()
    {
        Write("log", log =>
        {
            log.WriteInFlight([new(0, 1, 40), new(1, 1, 50)]);
            log.Write([.. Enumerable.Range(0, 20).Select(seed => new RunRecord(0, seed, Outcome.Solved, 60 + seed, 1))]);
            log.Write((RunRecord[])[new(1, 3, Outcome.Solved, 3, 1)]);
        });
        var summary = new SummaryBuilder();
        summary.Add(folder["log"]);

        Assert.Equal([(20L, 0L), (0L, 1L)], summary.Points.Select(point => (point.Times.Finished, point.Times.InFlight)));
        Assert.Equal("part of a sweep: 21 of 40 runs are finished, 1 in flight count as censored at their last known step", summary.Part);
    }

    /// <summary>One run ended before the message, one that it told of ended after it, and so did one that was started later.</summary>
    private static void Crash(RunLogWriter log)
    {
        log.Write((RunRecord[])[new(0, 0, Outcome.Solved, 5, 1)]);
        log.WriteInFlight([new(0, 1, 40), new(0, 2, 50)]);
        log.Write((RunRecord[])[new(0, 1, Outcome.Solved, 60, 1), new(0, 3, Outcome.Solved, 3, 1)]);
    }

    /// <summary>Some of a shard's runs, in any order or point by point, with what is in flight told now and then.</summary>
    private string WriteCrashed(string name, Shard shard, Random random)
    {
        RunRecord[] runs = [.. Enumerable.Range(0, 40).Select(run => new RunRecord(run / 20, run % 20, Outcome.Solved, 100 + random.Next(4000), 1))];
        random.Shuffle(runs);
        var planned = new ShardRuns(Spec, shard);
        runs = [.. runs.Where(run => planned.Contains(run.Point, run.Seed))];
        if (random.Next(2) == 0)
            runs = [.. runs.OrderBy(run => run.Point)];

        using RunLogWriter log = RunLogWriter.Create(folder[name], Spec, shard);
        log.Start("cpu");
        int ended = Math.Min(runs.Length, random.Next(runs.Length + 5));
        for (int i = 0; i < ended; i++)
        {
            if (i == 0 || random.Next(5) == 0)
                log.WriteInFlight([.. runs.Skip(i).Take(4).Select(run => new RunUnderWay(run.Point, run.Seed, random.Next((int)run.Steps)))]);

            log.Write(runs.AsSpan(i, 1));
        }

        if (ended is 0 || (ended == runs.Length && random.Next(2) == 0))
            log.WriteInFlight([]);

        return folder[name];
    }

    private void Write(string name, Action<RunLogWriter> write)
    {
        using RunLogWriter log = RunLogWriter.Create(folder[name], Spec);
        log.Start("cpu");
        write(log);
    }

    private byte[] Merge(int memory, params string[] logs)
    {
        using var merger = new LogMerger(folder["out"], memory);
        foreach (string log in logs)
            merger.Add(log);

        using var file = new MemoryStream();
        merger.Write(file);
        return file.ToArray();
    }

    /// <summary>The runs of the first point as they are counted, by seed.</summary>
    private (long Seed, SeedTime Time)[] Counted(string name)
    {
        var summary = new SummaryBuilder { KeepsSeeds = true };
        summary.Add(folder[name]);
        return [.. summary.Points[0].Seeds.OrderBy(run => run.Key).Select(run => (run.Key, run.Value))];
    }
}
