using ParityGpu.Statistics;

namespace ParityGpu.Tests.Statistics;

/// <summary>Samples of convergence times for tests of statistics.</summary>
internal static class Samples
{
    /// <summary>
    /// Weeks of remission of 21 patients with leukaemia on 6-mercaptopurine: relapses, and the last weeks of those without one (E. J.
    /// Freireich et al., Blood 21, 1963).
    /// </summary>
    public static TimeHistogram Mercaptopurine { get; } = Of(
        [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);

    /// <summary>Those of the 21 patients on placebo.</summary>
    public static TimeHistogram Placebo { get; } = Of(
        [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]);

    public static TimeHistogram Of(IEnumerable<long> solved, params long[] censored)
    {
        var times = new TimeHistogram();
        foreach (long time in solved)
            times.AddSolved(time);

        foreach (long time in censored)
            times.AddUnsolved(time);

        return times;
    }

    /// <summary>Times of a search without memory that begins after a delay.</summary>
    public static TimeHistogram Geometric(Random random, int runs, double probability, long delay = 0, long budget = long.MaxValue)
    {
        var times = new TimeHistogram();
        for (int i = 0; i < runs; i++)
        {
            long time = delay + Geometric(random, probability);
            if (time <= budget)
                times.AddSolved(time);
            else
                times.AddUnsolved(budget);
        }

        return times;
    }

    private static long Geometric(Random random, double probability) =>
        Math.Max(1, (long)Math.Ceiling(Math.Log(1 - random.NextDouble()) / Math.Log(1 - probability)));

    /// <summary>Normal times, rounded down to steps.</summary>
    public static TimeHistogram Normal(Random random, int runs, double median, double deviation) =>
        Of(Enumerable.Range(0, runs).Select(_ => (long)Math.Max(1, MathNet.Numerics.Distributions.Normal.Sample(random, median, deviation))));
}
