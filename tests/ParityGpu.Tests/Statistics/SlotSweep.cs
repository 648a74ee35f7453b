using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Tests.Statistics;

/// <summary>A sweep of one point in slots that are refilled in the order of the seeds, as the scheduler trains it.</summary>
/// <param name="runs">[seeds]; how each run ends.</param>
/// <param name="slots">Runs that are trained at a time.</param>
internal sealed class SlotSweep(IReadOnlyList<SeedTime> runs, int slots)
{
    /// <summary>Times whose logarithms are normal about log 1000, of which some diverge early and those beyond a budget are unsolved.</summary>
    public static SeedTime[] Draw(Random random, int seeds, double deviation = 1, double diverging = 0.05, long budget = 10_000) =>
    [
        .. Enumerable.Range(0, seeds).Select(_ =>
        {
            double normal = MathNet.Numerics.Distributions.Normal.Sample(random, Math.Log(1000), deviation);
            long time = (long)Math.Ceiling(Math.Exp(normal));
            return random.NextDouble() < diverging ? new SeedTime(1 + (time / 10), Outcome.Diverged)
                : time > budget ? new SeedTime(budget, Outcome.Budget)
                : new SeedTime(time, Outcome.Solved);
        }),
    ];

    /// <summary>The runs when so many of them have ended: those that have, and those in flight at their steps.</summary>
    public PointRuns Stopped(Point point, int finished)
    {
        var started = new long[runs.Count];
        var free = new PriorityQueue<int, long>(Enumerable.Range(0, slots).Select(slot => (slot, 0L)));
        for (int seed = 0; seed < runs.Count; seed++)
        {
            free.TryDequeue(out int slot, out started[seed]);
            free.Enqueue(slot, started[seed] + runs[seed].Steps);
        }

        long now = runs.Select((run, seed) => started[seed] + run.Steps).Order().ElementAt(finished - 1);
        var stopped = new PointRuns(point) { Planned = runs.Count };
        for (int seed = 0; seed < runs.Count; seed++)
        {
            if (started[seed] + runs[seed].Steps <= now)
                stopped.Add(seed, runs[seed], keepSeed: true);
            else if (started[seed] < now)
                stopped.Add(seed, new SeedTime(now - started[seed], null), keepSeed: true);
        }

        return stopped;
    }
}
