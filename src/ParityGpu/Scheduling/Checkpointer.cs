using System.Diagnostics;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Where the states of long runs are kept.</summary>
public interface ICheckpointStore
{
    /// <summary>Replaces what is stored, all or nothing.</summary>
    /// <exception cref="IOException">It cannot be stored; what was stored before is still there.</exception>
    void Write(IReadOnlyCollection<RunSnapshot> snapshots);

    /// <summary>Removes what is stored.</summary>
    void Remove();
}

/// <summary>How the states of long runs are preserved across processes.</summary>
/// <param name="Store">Where they are kept.</param>
/// <param name="Interval">Maximum training time of a run that a crash may cost.</param>
/// <param name="Resumed">States of an earlier session.</param>
public sealed record CheckpointPlan(ICheckpointStore Store, TimeSpan Interval, IReadOnlyList<RunSnapshot> Resumed);

/// <summary>
/// Collects the states of long runs from all workers and stores them. Time is divided into periods of a third of the interval. In each period, every
/// worker posts the states of runs older than a period once, and the first to do so has everything posted so far stored. So a run is posted before it
/// is two periods old, and a posted state is stored at most one period later.
/// </summary>
internal sealed class Checkpointer
{
    private const int PeriodsPerInterval = 3;

    private readonly CheckpointPlan plan;
    private readonly Action<string> warn;
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Lock gate = new();
    private readonly Lock storing = new();
    private readonly Dictionary<(int Point, long Seed), RunSnapshot> latest = [];
    private long storedPeriod;
    private bool stored;
    private bool broken;

    /// <summary>
    /// Begins with the states of an earlier session.
    /// </summary>
    /// <param name="plan">What to keep.</param>
    /// <param name="warn">Receives a line that says that nothing can be stored.</param>
    public Checkpointer(CheckpointPlan plan, Action<string> warn)
    {
        this.plan = plan;
        this.warn = warn;
        stored = plan.Resumed.Count > 0;
        foreach (RunSnapshot snapshot in plan.Resumed)
            latest[(snapshot.Point, snapshot.Seed)] = snapshot;
    }

    /// <summary>Number of the current period.</summary>
    public long Period => (long)(Stopwatch.GetElapsedTime(start) / (plan.Interval / PeriodsPerInterval));

    /// <summary>Age of a run whose state is kept, in ticks of <see cref="Stopwatch"/>.</summary>
    public long LongRunTicks => (long)(plan.Interval.TotalSeconds / PeriodsPerInterval * Stopwatch.Frequency);

    /// <summary>Accepts a worker's states.</summary>
    public void Post(RunSnapshot[] snapshots)
    {
        lock (gate)
        {
            foreach (RunSnapshot snapshot in snapshots)
                latest[(snapshot.Point, snapshot.Seed)] = snapshot;

            if (storedPeriod == Period)
                return;

            storedPeriod = Period;
        }

        Store();
    }

    /// <summary>Drops runs that have been recorded.</summary>
    public void Forget(List<FinishedRun> finished)
    {
        if (finished.Count == 0)
            return;

        lock (gate)
        {
            foreach (FinishedRun run in finished)
                latest.Remove((run.Record.Point, run.Record.Seed));
        }
    }

    /// <summary>The latest state of a run.</summary>
    public RunSnapshot? Latest(PendingRun run)
    {
        lock (gate)
            return latest.GetValueOrDefault((run.Point, run.Seed));
    }

    /// <summary>Stores the last states of an unfinished sweep, or removes what a finished one no longer needs.</summary>
    public void Close(bool finished)
    {
        if (finished)
            plan.Store.Remove();
        else
            Store();
    }

    private void Store()
    {
        lock (storing)
        {
            RunSnapshot[] snapshots;
            lock (gate)
                snapshots = [.. latest.Values];

            if (broken || (snapshots.Length == 0 && !stored))
                return;

            try
            {
                if (snapshots.Length > 0)
                    plan.Store.Write(snapshots);
                else
                    plan.Store.Remove();

                stored = snapshots.Length > 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                broken = true;
                warn($"no checkpoint can be written ({e.Message.ReplaceLineEndings(" ")}); long runs would start over after a crash");
            }
        }
    }
}
