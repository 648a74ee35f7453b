using System.Collections.Immutable;
using System.Diagnostics;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Banks;

/// <summary>Relative cost of training, for estimating the time left and for comparing speeds.</summary>
internal static class RunCost
{
    /// <summary>A step's arithmetic plus a fixed cost per step, which dominates for small networks.</summary>
    public static double OfStep(Point point) => ((double)point.N * point.Width * point.Batch) + 10_000;
}

/// <summary>Counts runs and steps and turns them into speed and time left.</summary>
/// <param name="runs">Runs of the whole sweep.</param>
/// <param name="left">Estimates the remaining work.</param>
/// <param name="devices">Names of the devices.</param>
internal sealed class SpeedMeter(long runs, WorkLeft left, IEnumerable<string> devices)
{
    /// <summary>Time between estimates, whose cost grows with the number of points.</summary>
    private static readonly TimeSpan EstimateInterval = TimeSpan.FromSeconds(0.5);

    private readonly long start = Stopwatch.GetTimestamp();
    private readonly RecentSpeed total = new();

    /// <summary>Measured from the first launch on, because kernels are compiled before it.</summary>
    private readonly RecentSpeed work = new(fromStart: false);
    private readonly ImmutableArray<(string Name, RecentSpeed Speed)> byDevice =
        [.. devices.Distinct().Select(name => (name, new RecentSpeed()))];

    private long skipped;
    private long done;
    private long solved;
    private TimeSpan? remaining;
    private TimeSpan estimated;

    /// <summary>Records how many of the runs done earlier were solved.</summary>
    public void SkipSolved(long count) => solved += count;

    /// <summary>Records runs done earlier.</summary>
    public void Skip(long count) => skipped += count;

    /// <summary>Records a launch.</summary>
    public void Launched(string device, LaunchResults results)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        long steps = results.Steps;
        total.Add(elapsed, steps);
        work.Add(elapsed, (long)results.Work);
        foreach (var (name, speed) in byDevice)
        {
            if (name == device)
                speed.Add(elapsed, steps);
        }
    }

    /// <summary>Records a finished run.</summary>
    public void Finished(in RunRecord record)
    {
        done++;
        left.Finished(record.Point, record.Steps);
        if (record.Outcome == Outcome.Solved)
            solved++;
    }

    /// <summary>The sweep's progress.</summary>
    /// <param name="inFlight">The runs in flight, enumerated only when the time left is re-estimated.</param>
    public SweepProgress Read(IEnumerable<RunUnderWay> inFlight)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (remaining is null || skipped + done == runs || elapsed - estimated > EstimateInterval)
            Estimate(elapsed, inFlight);

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

    private void Estimate(TimeSpan elapsed, IEnumerable<RunUnderWay> inFlight)
    {
        estimated = elapsed;
        double seconds = skipped + done == runs ? 0 : left.Estimate(inFlight) / work.Read(elapsed) ?? double.NaN;
        remaining = seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Steps, or work, per second over the last seconds.</summary>
    private sealed class RecentSpeed(bool fromStart = true)
    {
        private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

        private readonly Queue<(TimeSpan Time, long Steps)> recent = new(fromStart ? [(TimeSpan.Zero, 0)] : []);

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
            if (!recent.TryPeek(out var first))
                return 0;

            var (time, before) = first;
            return now > time ? (Steps - before) / (now - time).TotalSeconds : 0;
        }
    }
}
