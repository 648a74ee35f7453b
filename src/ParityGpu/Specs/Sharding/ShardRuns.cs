namespace ParityGpu.Specs;

/// <summary>
/// The runs of one shard. The runs of the sweep are numbered from 0, those of the most expensive point first and a point's seeds in order, and dealt
/// out (<see cref="Shard.Contains"/>). So shards are disjoint and cover the sweep, differ by at most one run in number (of a single point: two) and
/// in cost by at most the most expensive run.
/// </summary>
/// <remarks>
/// The numbering is part of the log's format (Logs/README.md): shards trained by different versions of the program belong together.
/// </remarks>
public sealed class ShardRuns
{
    private readonly Shard shard;
    private readonly long seeds;
    private readonly long firstSeed;

    /// <summary>Place of each point in the order of cost; null if the shard is the whole sweep.</summary>
    private readonly int[]? ranks;

    /// <summary>
    /// Numbers the runs of a sweep.
    /// </summary>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="shard">The part of it.</param>
    public ShardRuns(SweepSpec spec, Shard shard)
    {
        this.shard = shard;
        seeds = spec.Seeds;
        firstSeed = spec.FirstSeed;
        if (!shard.IsPart)
        {
            Count = spec.Runs;
            return;
        }

        // The sort is stable: points of equal cost keep their order.
        int[] order = [.. spec.Points().Select(Cost).Index().OrderByDescending(point => point.Item).Select(point => point.Index)];
        ranks = new int[order.Length];
        for (int rank = 0; rank < order.Length; rank++)
            ranks[order[rank]] = rank;

        Count = shard.CountOf(order.Length * seeds);
    }

    /// <summary>Runs of the shard.</summary>
    public long Count { get; }

    /// <summary>Runs of the shard that are not done.</summary>
    public long CountWithout(RunSet done) => Count - done.Count;

    /// <summary>Runs of one point in the shard.</summary>
    /// <param name="point">Index of a point.</param>
    public long CountOf(int point) =>
        ranks is null ? seeds : shard.CountOf((ranks[point] + 1) * seeds) - shard.CountOf(ranks[point] * seeds);

    /// <summary>Whether a run of the sweep is in the shard.</summary>
    /// <param name="point">Index of a point.</param>
    /// <param name="seed">One of the sweep's seeds.</param>
    public bool Contains(int point, long seed) =>
        ranks is null || shard.Contains((ranks[point] * seeds) + seed - firstSeed);

    /// <summary>n·r·B, the arithmetic of a step up to a factor; at most 2⁸⁶.</summary>
    private static UInt128 Cost(Point point) => (UInt128)point.N * (ulong)point.Width * (ulong)point.Batch;
}
