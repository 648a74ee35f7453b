using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// The runs of one sweep in a log, as statistics may count them. Of an unfinished point all that counts is what was known when the log last
/// said which runs were in flight: among those that were started later the fast ones have ended and the slow ones are not in the log, and
/// counting what is there would favour the fast. Of a finished point every run counts.
/// </summary>
/// <param name="planned">Runs of each point that the log is for.</param>
internal sealed class PartOfLog(IEnumerable<long> planned)
{
    private readonly long[] left = [.. planned];
    private readonly RunSet ended = new();
    private readonly Dictionary<(int Point, long Seed), long> inFlight = [];

    /// <summary>Runs that ended since the log last said what is in flight, with the last steps that were known of them before.</summary>
    private List<(RunRecord Run, long? Told)> since = [];

    /// <summary>Room for them, kept for the next time.</summary>
    private List<(RunRecord Run, long? Told)> before = [];
    private bool isKnown;

    /// <summary>Runs that have not ended, with the last steps that are known of them.</summary>
    public IEnumerable<RunUnderWay> InFlight => inFlight.OrderBy(run => run.Key).Select(run => new RunUnderWay(run.Key.Point, run.Key.Seed, run.Value));

    /// <summary>Runs that ended too late to be counted as ended.</summary>
    public IEnumerable<RunRecord> Late => since.Select(run => run.Run).Where(run => left[run.Point] > 0);

    /// <summary>Runs that ended late in the log and count nevertheless.</summary>
    public IEnumerable<RunRecord> Last => since.Select(run => run.Run).Where(run => left[run.Point] == 0);

    /// <summary>Runs that count as censored: those in flight, and of those that ended late the ones that were told of before.</summary>
    public IEnumerable<RunUnderWay> Censored => InFlight.Concat(
        from run in since
        where left[run.Run.Point] > 0
        let steps = run.Told
        where steps is not null
        select new RunUnderWay(run.Run.Point, run.Run.Seed, (long)steps));

    /// <summary>Whether a point is unfinished and the log does not say which of its runs are in flight; older logs do not.</summary>
    public bool IsUnknown(int point) => !isKnown && left[point] > 0;

    /// <summary>Takes note of a run that ended.</summary>
    /// <returns>Whether it counts at once.</returns>
    public bool End(in RunRecord run)
    {
        left[run.Point]--;
        ended.Add(run.Point, run.Seed);
        bool told = inFlight.Remove((run.Point, run.Seed), out long steps);
        if (isKnown)
            since.Add((run, told ? steps : null));

        return !isKnown;
    }

    /// <summary>Takes note of runs in flight; of several devices that were told of a run, one may be behind.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="whole">Whether these are the last of the runs in flight at this time.</param>
    /// <returns>Runs that ended before and count from now on; to be read before the next call.</returns>
    public IEnumerable<RunRecord> Tell(IEnumerable<RunUnderWay> runs, bool whole)
    {
        isKnown = true;
        foreach (RunUnderWay run in runs)
        {
            if (!ended.Contains(run.Point, run.Seed))
                inFlight[(run.Point, run.Seed)] = Math.Max(run.Steps, inFlight.GetValueOrDefault((run.Point, run.Seed)));
        }

        if (!whole)
            return [];

        (since, before) = (before, since);
        since.Clear();
        return before.Select(run => run.Run);
    }

    /// <summary>In a line what a result rests on, where that is part of a sweep only; null where all runs are finished.</summary>
    /// <param name="finished">Runs that ended.</param>
    /// <param name="planned">Runs of the sweep.</param>
    /// <param name="inFlight">Runs that count as censored because they were in flight.</param>
    /// <param name="isUnknown">Whether some log does not say what was in flight.</param>
    public static string? Describe(long finished, long planned, long inFlight, bool isUnknown)
    {
        if (finished >= planned)
            return null;

        string part = $"part of a sweep: {finished} of {planned} runs are finished";
        return isUnknown
            ? $"{part}; the log does not say which were in flight, so fast runs have too much weight"
            : $"{part}, {inFlight} count as censored at the step where they were last known in flight";
    }
}
