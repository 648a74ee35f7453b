using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Percentile bootstrap of a ratio of quantiles that resamples seeds, both runs of each together (B. Efron and R. J. Tibshirani, An
/// Introduction to the Bootstrap, 1993), with quantiles of the product-limit estimate (B. Efron, JASA 76, 1981). The generator
/// starts from fixed seeds, so equal data give equal intervals.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Maximum number of draws in all resamples together, beyond a thousand resamples.</summary>
    private const long MostDraws = 100_000_000;
    private const int LeastResamples = 1000;

    /// <summary>The 95 % interval of the ratio of B's quantile to A's; ends are like those of <see cref="Bootstrap.QuantileRatio"/>.</summary>
    /// <param name="pairs">At least one pair.</param>
    /// <param name="fraction">0 to 1, 0.5 for the median.</param>
    public static Interval QuantileRatio(SeedPairs pairs, double fraction)
    {
        int n = pairs.Times.Count;
        int resamples = (int)Math.Clamp(MostDraws / n, LeastResamples, Bootstrap.Resamples);
        var a = new Side([.. pairs.Times.Select(pair => pair.A)], fraction);
        var b = new Side([.. pairs.Times.Select(pair => pair.B)], fraction);
        var low = new double[resamples];
        var high = new double[resamples];
        Parallel.For(0, resamples, () => new int[n], (resample, _, counts) =>
        {
            Array.Clear(counts);
            var random = new Random(Bootstrap.Seed + resample);
            for (int i = 0; i < n; i++)
                counts[random.Next(n)]++;

            (low[resample], high[resample]) = Bootstrap.RatioBounds(b.Quantile(counts), a.Quantile(counts));
            return counts;
        }, _ => { });
        return Bootstrap.Ends(low, high);
    }

    /// <summary>One run of each seed, in the order of their times.</summary>
    private sealed class Side
    {
        private readonly SeedTime[] times;
        private readonly int[] order;
        private readonly long rank;
        private readonly double weight;
        private readonly double late;

        public Side(SeedTime[] times, double fraction)
        {
            this.times = times;
            (rank, weight) = TimeHistogram.QuantileRank(times.Length, fraction);
            // A run that is censored at a step could still have been solved at it.
            order = [.. Enumerable.Range(0, times.Length).OrderBy(i => times[i].Steps).ThenBy(i => times[i].IsCensored)];
            late = times.Where(time => time.IsCensored).Select(time => (double)time.Steps).DefaultIfEmpty(double.PositiveInfinity).Max();
        }

        /// <summary>Bounds of the quantile of a resample, equal if it is known to be finite or infinite.</summary>
        /// <param name="counts">[seeds]; how often each is in the resample.</param>
        public (double Low, double High) Quantile(int[] counts)
        {
            double tolerance = Math.Min(0.25, 1e-10 * times.Length);
            long atRisk = times.Length;
            double share = 1;
            double solved = 0;
            long? below = null;
            foreach (int i in order)
            {
                long count = counts[i];
                SeedTime time = times[i];
                if (time.Outcome == Outcome.Solved)
                {
                    solved += count * share;
                    if (solved > rank + 1 - tolerance)
                        below ??= time.Steps;

                    if (below is { } first && (weight == 0 || solved > rank + 2 - tolerance))
                        return Both(first + (weight * (time.Steps - first)));
                }
                else if (time.IsCensored && count > 0 && atRisk > count)
                {
                    share *= atRisk / (double)(atRisk - count);
                }

                atRisk -= count;
            }

            return (late, double.PositiveInfinity);
        }

        private static (double Low, double High) Both(double value) => (value, value);
    }
}
