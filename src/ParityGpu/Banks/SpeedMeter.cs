using System.Collections.Immutable;
using System.Diagnostics;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Banks;

/// <summary>Relative cost of training, for the time left and for comparing speeds.</summary>
internal static class RunCost
{
    /// <summary>A step's arithmetic and, for small networks, what a step costs anyway.</summary>
    public static double OfStep(Point point) => ((double)point.N * point.Width * point.Batch) + 10_000;
}

/// <summary>Counts runs and steps and turns them into speed and time left.</summary>
/// <param name="runs">Runs of the whole sweep.</param>
/// <param name="cost">Cost of the whole sweep: how many steps runs will take is not known, so all runs count alike.</param>
/// <param name="devices">Names of the devices.</param>
internal sealed class SpeedMeter(long runs, double cost, IEnumerable<string> devices)
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly RecentSpeed total = new();
    private readonly ImmutableArray<(string Name, RecentSpeed Speed)> byDevice =
        [.. devices.Distinct().Select(name => (name, new RecentSpeed()))];

    private long skipped;
    private long done;
    private long solved;
    private double costSkipped;
    private double costDone;

    /// <summary>Takes note of how many of the runs that were done before were solved.</summary>
    public void SkipSolved(long count) => solved += count;

    /// <summary>Takes note of runs that were done before.</summary>
    public void Skip(long count, double runCost)
    {
        skipped += count;
        costSkipped += count * runCost;
    }

    /// <summary>Takes note of a launch.</summary>
    public void Launched(string device, long steps)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        total.Add(elapsed, steps);
        foreach (var (name, speed) in byDevice)
        {
            if (name == device)
                speed.Add(elapsed, steps);
        }
    }

    /// <summary>Takes note of a finished run.</summary>
    public void Finished(in RunRecord record, double runCost)
    {
        done++;
        costDone += runCost;
        if (record.Outcome == Outcome.Solved)
            solved++;
    }

    public SweepProgress Read()
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        double costLeft = Math.Max(0, cost - costSkipped - costDone);
        double seconds = skipped + done == runs ? 0 : elapsed.TotalSeconds * costLeft / costDone;
        TimeSpan? remaining = done > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        return new SweepProgress(
            runs,
            skipped + done,
            solved,
            total.Steps,
            elapsed,
            total.Read(elapsed),
            [.. byDevice.Select(device => new DeviceSpeed(device.Name, device.Speed.Read(elapsed)))],
            remaining);
    }

    /// <summary>Steps a second over the last seconds.</summary>
    private sealed class RecentSpeed
    {
        private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

        private readonly Queue<(TimeSpan Time, long Steps)> recent = new([(TimeSpan.Zero, 0)]);

        public long Steps { get; private set; }

        public void Add(TimeSpan time, long steps)
        {
            Steps += steps;
            recent.Enqueue((time, Steps));
            while (recent.Count > 2 && time - recent.Peek().Time > Window)
                recent.Dequeue();
        }

        public double Read(TimeSpan now)
        {
            var (time, before) = recent.Peek();
            return now > time ? (Steps - before) / (now - time).TotalSeconds : 0;
        }
    }
}
