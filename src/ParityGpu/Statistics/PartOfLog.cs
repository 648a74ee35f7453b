using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// The runs of one sweep in a log, as statistics count them. Of an unfinished sweep all that counts is what was known when the log last
/// said which runs were in flight: among those that were started later the fast ones have ended and the slow ones are not in the log, and
/// counting what is there would favour the fast.
/// </summary>
/// <param name="planned">Runs that the log is for.</param>
/// <param name="points">The log's points.</param>
internal sealed class PartOfLog(long planned, PointRuns[] points)
{
    private readonly RunsInFlight inFlight = new();

    /// <summary>Runs that ended since, with the last steps that were known of them before.</summary>
    private readonly List<(RunRecord Run, long? Told)> late = [];
    private long finished;

    public PointRuns[] Points => points;

    /// <summary>Whether the sweep is unfinished and the log says nothing of runs in flight.</summary>
    public bool IsUnknown => finished < planned && !inFlight.IsKnown;

    /// <summary>Takes note of a run that ended; it is counted as soon as that is right.</summary>
    public void Add(in RunRecord run, Action<PointRuns, long, SeedTime> count)
    {
        finished++;
        long? told = inFlight.End(run.Point, run.Seed);
        if (inFlight.IsKnown)
            late.Add((run, told));
        else
            Count(run, count);
    }

    /// <summary>Takes note of runs in flight.</summary>
    public void Add(IReadOnlyList<RunUnderWay> runs, bool whole, Action<PointRuns, long, SeedTime> count)
    {
        inFlight.Add(runs);
        if (whole)
            CountLate(count);
    }

    /// <summary>Counts what is left at the end of the log.</summary>
    public void Settle(Action<PointRuns, long, SeedTime> count)
    {
        if (finished == planned)
            CountLate(count);

        foreach ((RunRecord run, long? told) in late)
        {
            if (told is { } steps)
                count(points[run.Point], run.Seed, new SeedTime(steps, null));
        }

        foreach (RunUnderWay run in inFlight.Runs)
            count(points[run.Point], run.Seed, new SeedTime(run.Steps, null));
    }

    private void CountLate(Action<PointRuns, long, SeedTime> count)
    {
        foreach ((RunRecord run, _) in late)
            Count(run, count);

        late.Clear();
    }

    private void Count(in RunRecord run, Action<PointRuns, long, SeedTime> count) =>
        count(points[run.Point], run.Seed, new SeedTime(run.Steps, run.Outcome));
}
