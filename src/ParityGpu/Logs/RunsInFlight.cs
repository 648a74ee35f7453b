using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>The runs that a log was told of but that have not ended, with the last steps that are known of them.</summary>
internal sealed class RunsInFlight
{
    private readonly Dictionary<(int Point, long Seed), long> steps = [];
    private readonly RunSet ended = new();

    /// <summary>Whether the log says what is in flight; older ones do not.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The runs by point and seed.</summary>
    public IReadOnlyList<RunUnderWay> Runs =>
        [.. steps.Select(run => new RunUnderWay(run.Key.Point, run.Key.Seed, run.Value)).OrderBy(run => run.Point).ThenBy(run => run.Seed)];

    /// <summary>Takes note of runs in flight; of several devices that were told of a run, one may be behind.</summary>
    public void Add(IEnumerable<RunUnderWay> runs)
    {
        IsKnown = true;
        foreach (RunUnderWay run in runs)
        {
            if (!ended.Contains(run.Point, run.Seed))
                steps[(run.Point, run.Seed)] = Math.Max(run.Steps, steps.GetValueOrDefault((run.Point, run.Seed)));
        }
    }

    /// <summary>Takes note of a run that ended.</summary>
    /// <returns>The last steps that were known of it; null if it was not known to be in flight.</returns>
    public long? End(int point, long seed)
    {
        ended.Add(point, seed);
        return steps.Remove((point, seed), out long last) ? last : null;
    }
}
