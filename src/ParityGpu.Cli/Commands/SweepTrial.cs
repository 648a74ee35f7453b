using System.Text;
using ParityGpu.Cli.Terminal;
using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity sweep --dry-run: estimates what a sweep needs from a few seconds of training that leave nothing behind.</summary>
internal static class SweepTrial
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    /// <summary>The length of the trial if no run ends earlier.</summary>
    private static readonly TimeSpan MostLength = TimeSpan.FromSeconds(10);

    /// <summary>Trains for a while and reports what it measured.</summary>
    /// <param name="output">Receives points, runs, time, memory, and the length of the log.</param>
    /// <param name="error">Receives messages about devices.</param>
    /// <param name="spec">The sweep.</param>
    /// <param name="part">The part of it that is to be trained.</param>
    /// <param name="done">Runs that a log already contains.</param>
    /// <param name="devices">Where it is trained.</param>
    /// <param name="interruption">Asks to stop.</param>
    public static int Run(
        TextWriter output, TextWriter error, SweepSpec spec, Shard part, RunSet done, SweepDevices devices, Interruption interruption)
    {
        var sizes = new RecordSizes();
        SweepProgress? seen = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        var runner = new SweepRunner
        {
            Spec = spec,
            Devices = devices.Banks,
            Sink = sizes,
            Done = done,
            Shard = part,
            Progress = progress =>
            {
                seen = progress;
                if (progress.Elapsed > (progress.Remaining is null ? MostLength : Length))
                    stop.Cancel();
            },
            Warn = error.WriteLine,
        };
        try
        {
            runner.Run(stop.Token);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
        {
            return exitCode;
        }
        catch (OperationCanceledException)
        {
            // The trial's time is up.
        }

        long points = spec.Runs / spec.Seeds;
        long runs = new ShardRuns(spec, part).Count;
        string shard = part.IsPart ? $", {SweepCommand.Count(runs, "run")} in shard {part}" : "";
        output.WriteLine($"{SweepCommand.Count(points, "point")} x {SweepCommand.Count(spec.Seeds, "seed")}: {SweepCommand.Count(spec.Runs, "run")}{shard}");
        ScreenText.Write(output, $"device: {devices.Description}");
        ScreenText.Write(output, $"time:   {Time(seen, runs - done.Count, spec)}");
        output.WriteLine($"memory: {Bytes(Environment.WorkingSet)} used by this process now");
        output.WriteLine($"log:    about {Bytes(sizes.OfLog(spec, runs))}");
        output.WriteLine("nothing was written");
        return ExitCodes.Ok;
    }

    private static string Time(SweepProgress? seen, long runs, SweepSpec spec) => seen switch
    {
        { Remaining: { } remaining } => $"about {ProgressDisplay.Time(seen.Elapsed + remaining)}",
        { SeedSteps: > 0 } => $"unknown: no run ended within {MostLength.TotalSeconds:0} s; at most "
            + $"{ProgressDisplay.Time(TimeSpan.FromSeconds(Math.Min(1e10, (double)runs * spec.MaxSteps * seen.Elapsed.TotalSeconds / seen.SeedSteps)))} "
            + "if every run takes --max-steps and all points are equally fast",
        _ => "unknown: no step was taken",
    };

    private static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{bytes / 1e9:0.0} GB",
        >= 1e6 => $"{bytes / 1e6:0.0} MB",
        >= 1e3 => $"{bytes / 1e3:0.0} kB",
        _ => $"{bytes:0} bytes",
    };

    /// <summary>Discards runs, but counts the bytes that they would take in a log.</summary>
    private sealed class RecordSizes : IRunSink
    {
        private readonly MessageBuffer messages = new();
        private double bytes;
        private long count;

        public void Write(ReadOnlySpan<FinishedRun> runs)
        {
            foreach (ref readonly FinishedRun run in runs)
                Add(run.Record, run.Curve);
        }

        /// <summary>Bytes of the whole log, extrapolated from the runs that ended.</summary>
        public double OfLog(SweepSpec spec, long runs)
        {
            if (count == 0)
                Add(new RunRecord(0, spec.FirstSeed, Outcome.Budget, spec.MaxSteps, 0.5), null);

            double runBytes = bytes / count;
            LogFormat.WritePoint(messages, 0, spec.Points().First(), LogFormat.PointSettings(spec));
            return Encoding.UTF8.GetByteCount(SpecFile.Canonical(spec)) + ((double)messages.WrittenCount * (spec.Runs / spec.Seeds)) + (runBytes * runs);
        }

        private void Add(in RunRecord run, RunCurve? curve)
        {
            if (curve is not null)
                LogFormat.WriteCurve(messages, run, curve);

            LogFormat.WriteRun(messages, run, elapsed: 1);
            bytes += messages.WrittenCount;
            count++;
            messages.Clear();
        }
    }
}
