using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// The runs of one sweep in a log, as statistics may count them. For an unfinished point, only what was known when the log last said which runs were
/// in flight counts: of the runs started later, the fast ones have ended and the slow ones are not in the log, so that counting them would be biased
/// towards fast runs. For a finished point, every run counts.
/// </summary>
/// <param name="planned">Runs of each point that the log is for.</param>
internal sealed class PartOfLog(IEnumerable<long> planned)
{
    private readonly long[] left = [.. planned];
    private readonly RunSet ended = new();
    private readonly Dictionary<(int Point, long Seed), long> inFlight = [];

    /// <summary>Runs that ended since the log last said what is in flight, with their last steps known before that.</summary>
    private List<(RunRecord Run, long? Told)> since = [];

    /// <summary>A second list, reused for the next period.</summary>
    private List<(RunRecord Run, long? Told)> before = [];
    private bool isKnown;

    /// <summary>Runs that have not ended, with their last known steps.</summary>
    public IEnumerable<RunUnderWay> InFlight => inFlight.OrderBy(run => run.Key).Select(run => new RunUnderWay(run.Key.Point, run.Key.Seed, run.Value));

    /// <summary>Runs that ended too late to be counted as ended.</summary>
    public IEnumerable<RunRecord> Late => since.Select(run => run.Run).Where(run => left[run.Point] > 0);

    /// <summary>Runs that ended late in the log but count nevertheless.</summary>
    public IEnumerable<RunRecord> Last => since.Select(run => run.Run).Where(run => left[run.Point] == 0);

    /// <summary>Runs that count as censored: those in flight, and those that ended late but had been reported in flight before.</summary>
    public IEnumerable<RunUnderWay> Censored => InFlight.Concat(
        from run in since
        where left[run.Run.Point] > 0
        let steps = run.Told
        where steps is not null
        select new RunUnderWay(run.Run.Point, run.Run.Seed, (long)steps));

    /// <summary>Whether a point is unfinished and the log does not say which of its runs are in flight; older logs do not.</summary>
    public bool IsUnknown(int point) => !isKnown && left[point] > 0;

    /// <summary>Records a run that ended.</summary>
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

    /// <summary>Records runs in flight. If a run is reported more than once, a report may be behind an earlier one.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="whole">Whether these complete the list of runs in flight at this time.</param>
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

    /// <summary>One line that says which part of a sweep a result covers; null if all runs are finished.</summary>
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
            ? $"{part}; the log does not say which were in flight, so fast runs are over-represented"
            : $"{part}, {inFlight} in flight count as censored at their last known step";
    }
}
