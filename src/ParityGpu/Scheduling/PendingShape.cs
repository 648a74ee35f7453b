using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>The pending runs of the points that share a bank; for one thread at a time.</summary>
/// <param name="index">Its index among the shapes of the sweep.</param>
/// <param name="spec">The sweep.</param>
/// <param name="points">All points of the sweep.</param>
/// <param name="members">Indices of the points, of equal <see cref="BankShape.KeyOf"/>.</param>
/// <param name="isPending">Whether a run (index of its point, seed) that has not been taken must be trained.</param>
internal sealed class PendingShape(int index, SweepSpec spec, Point[] points, int[] members, Func<int, long, bool> isPending)
{
    /// <summary>Runs that were returned or come from a checkpoint; they are taken first.</summary>
    private readonly Stack<PendingRun> returned = [];

    // Position of the enumeration: a seed, counted from the sweep's first, and a member.
    private long seed;
    private int member;

    /// <summary>Its index among the shapes of the sweep.</summary>
    public int Index => index;

    /// <summary>The shape of a bank that holds any of the runs.</summary>
    public BankShape Bank { get; } = BankShape.Covering([.. members.Select(place => points[place])]);

    /// <summary>Why some workers cannot train these runs.</summary>
    public Dictionary<DeviceWorker, UserErrorException> Refusals { get; } = [];

    /// <summary>Whether a run is pending.</summary>
    public bool Any => returned.Count > 0 || FindNext();

    /// <summary>Upper bound of the number of pending runs.</summary>
    public long AtMost => returned.Count + (FindNext() ? ((spec.Seeds - seed) * members.Length) - member : 0);

    /// <summary>Takes a run; seeds vary slowest, so that a sweep stopped early has every point up to about the same seed.</summary>
    public bool TryTake(out PendingRun run)
    {
        if (returned.TryPop(out run))
            return true;

        if (!FindNext())
            return false;

        run = new PendingRun(members[member], spec.FirstSeed + seed);
        member++;
        return true;
    }

    /// <summary>Makes a run pending again.</summary>
    public void Return(in PendingRun run) => returned.Push(run);

    private bool FindNext()
    {
        for (; seed < spec.Seeds; seed++)
        {
            for (; member < members.Length; member++)
            {
                if (isPending(members[member], spec.FirstSeed + seed))
                    return true;
            }

            member = 0;
        }

        return false;
    }
}
