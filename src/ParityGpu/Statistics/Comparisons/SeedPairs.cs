namespace ParityGpu.Statistics;

/// <summary>
/// The runs that two points have of the same seeds. They share the samples, and the initial weights as far as their networks do, so their times are
/// correlated, and what differs within a pair is due to the points.
/// </summary>
public sealed class SeedPairs
{
    private SeedPairs(IReadOnlyList<(SeedTime A, SeedTime B)> times) => Times = times;

    /// <summary>The times of both runs of each seed, by ascending seed.</summary>
    public IReadOnlyList<(SeedTime A, SeedTime B)> Times { get; }

    /// <summary>
    /// The pairs of two points.
    /// </summary>
    /// <returns>Null if fewer than half of the runs of the point with fewer runs have a partner: they then count as independent samples.</returns>
    public static SeedPairs? Of(PointRuns a, PointRuns b)
    {
        (SeedTime A, SeedTime B)[] times =
            [.. a.Seeds.Where(run => b.Seeds.ContainsKey(run.Key)).OrderBy(run => run.Key).Select(run => (run.Value, b.Seeds[run.Key]))];
        return times.Length > 1 && 2L * times.Length >= Math.Min(a.Seeds.Count, b.Seeds.Count) ? new SeedPairs(times) : null;
    }

    /// <summary>The times of one side of the pairs.</summary>
    public TimeHistogram Side(bool b)
    {
        var side = new TimeHistogram();
        foreach ((SeedTime ofA, SeedTime ofB) in Times)
            side.Add(b ? ofB : ofA);

        return side;
    }
}
