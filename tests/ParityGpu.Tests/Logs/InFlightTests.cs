using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>Logs say which runs are in flight, and what is read from them counts these.</summary>
public sealed class InFlightTests : IDisposable
{
    private static readonly SweepSpec Spec = SmallLog.Spec with { Width = [10], Seeds = 6, FirstSeed = 0 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_stopped_sweep_says_where_its_runs_are()
    {
        SweepSpec spec = SmallLog.Spec with { Width = [10, 30, 100], Seeds = 200, FirstSeed = 0 };
        using var stop = new CancellationTokenSource();
        int launches = 0;
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        {
            log.Start("cpu");
            Assert.Throws<OperationCanceledException>(() => new SweepRunner
            {
                Spec = spec,
                Devices = [new ImaginedDevice("a", 20), new ImaginedDevice("b", 7)],
                Sink = log,
                Progress = _ =>
                {
                    if (++launches == 30)
                        stop.Cancel();
                },
            }.Run(stop.Token));
        }

        var inFlight = new List<RunUnderWay>();
        var ended = new HashSet<(int, long)>();
        using (RunLogReader reader = RunLogReader.Open(folder["log"]))
        {
            while (reader.Read())
            {
                if (reader.Kind == LogMessageKind.Run)
                    ended.Add((reader.Run.Point, reader.Run.Seed));
                else if (reader.Kind == LogMessageKind.InFlight)
                    inFlight = [.. reader.InFlight];
            }
        }

        Assert.NotEmpty(inFlight);
        Point[] points = [.. spec.Points()];
        Assert.All(inFlight, run =>
        {
            Assert.DoesNotContain((run.Point, run.Seed), ended);
            Assert.True(run.Steps < ImaginedDevice.Record(run.Point, points[run.Point], run.Seed).Steps);
        });
        var summary = new SummaryBuilder();
        summary.Add(folder["log"]);
        Assert.Equal(inFlight.Count, summary.Build().Sum(point => point.InFlight));
        Assert.Equal(ended.Count, summary.Build().Sum(point => point.Seeds));
        Assert.Equal($"part of a sweep: {ended.Count} of 600 runs are finished, {inFlight.Count} in flight count as censored at their last known step", summary.Part);
    }

    /// <summary>Of runs that were started after the last message the slow ones are unknown, so the fast ones do not count either.</summary>
    [Fact]
    public void After_a_crash_what_counts_is_what_the_last_message_said()
    {
        WriteCrashed("log");

        var summary = new SummaryBuilder { KeepsSeeds = true };
        summary.Add(folder["log"]);

        Assert.Equal(3, summary.Finished);
        Assert.Equal(
            [(0L, new SeedTime(5, Outcome.Solved)), (1L, new SeedTime(40, null)), (2L, new SeedTime(50, null))],
            summary.Points[0].Seeds.OrderBy(run => run.Key).Select(run => (run.Key, run.Value)));
    }

    [Fact]
    public void Tables_say_in_themselves_that_they_are_of_a_part()
    {
        WriteCrashed("log");
        WriteWhole("whole");
        const string Part = "part of a sweep: 3 of 6 runs are finished, 2 in flight count as censored at their last known step";

        Assert.Contains(Part, Unwrapped("summary", folder["log"]), StringComparison.Ordinal);
        Assert.Contains($"A: {Part}", Unwrapped("compare", folder["log"], folder["whole"]), StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("plot", folder["log"], "--kind", "solved", "-o", folder["f.svg"]).ExitCode);
        Assert.Contains("part of a sweep", File.ReadAllText(folder["f.svg"]), StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("report", folder["log"], "-o", folder["r.html"]).ExitCode);
        Assert.Contains(Part, File.ReadAllText(folder["r.html"]), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(CommandLine.Run("summary", folder["log"], "--format", "json").Output);
        JsonElement point = json.RootElement[0];
        Assert.Equal((6, 1, 2), (point.GetProperty("planned").GetInt32(), point.GetProperty("seeds").GetInt32(), point.GetProperty("inFlight").GetInt32()));
        Assert.DoesNotContain("part of", CommandLine.Run("summary", folder["whole"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_log_does_not_pretend_to_know()
    {
        SmallLog.Write(folder["log"], 5);

        Assert.Contains("does not say which were in flight", Unwrapped("summary", folder["log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_merged_and_an_extended_log_keep_what_is_in_flight()
    {
        WriteCrashed("log");
        CommandLine.Run("merge", folder["log"], "--allow-missing", "-o", folder["merged"]);
        RunLogWriter extended = RunLogWriter.Resume(folder["log"], Spec with { Seeds = 10, Width = [30, 10] });
        extended.Start("cpu");
        extended.Dispose();

        foreach ((string name, int point) in new[] { ("merged", 0), ("log", 1) })
        {
            var summary = new SummaryBuilder();
            summary.Add(folder[name]);
            Assert.Equal((1, 2), (summary.Points[point].Times.Finished, summary.Points[point].Times.InFlight));
        }
    }

    /// <summary>Many runs take several messages, and are known once the last is there.</summary>
    [Fact]
    public void Many_runs_in_flight_are_told_in_several_messages()
    {
        SweepSpec spec = Spec with { Seeds = 100_000 };
        RunUnderWay[] runs = [.. Enumerable.Range(0, 90_000).Select(seed => new RunUnderWay(0, seed, seed % 5000))];
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        {
            log.Start("cpu");
            log.WriteInFlight(runs);
        }

        var read = new List<RunUnderWay>();
        var whole = new List<bool>();
        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        while (reader.Read())
        {
            if (reader.Kind != LogMessageKind.InFlight)
                continue;

            read.AddRange(reader.InFlight);
            whole.Add(reader.IsInFlightWhole);
        }

        Assert.Equal(runs, read);
        Assert.Equal([false, false, true], whole);
    }

    private static string Unwrapped(params string[] command) =>
        string.Join(' ', CommandLine.Run(command).Output.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One run ended before the message, one that it told of ended after it, and so did one that was started later.</summary>
    private void WriteCrashed(string name)
    {
        using RunLogWriter log = RunLogWriter.Create(folder[name], Spec);
        log.Start("cpu");
        log.Write((RunRecord[])[new(0, 0, Outcome.Solved, 5, 1)]);
        log.WriteInFlight([new(0, 1, 40), new(0, 2, 50)]);
        log.Write((RunRecord[])[new(0, 1, Outcome.Solved, 60, 1), new(0, 3, Outcome.Solved, 3, 1)]);
    }

    private void WriteWhole(string name)
    {
        using RunLogWriter log = RunLogWriter.Create(folder[name], Spec);
        log.Start("cpu");
        log.Write([.. Enumerable.Range(0, 6).Select(seed => new RunRecord(0, seed, Outcome.Solved, 5 + seed, 1))]);
        log.WriteInFlight([]);
    }
}
