using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace ParityGpu.Statistics;

/// <summary>
/// Percentile bootstrap intervals of quantiles (B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993). A resample of n runs is never
/// drawn: its order statistic j is the one at ⌊n·U⌋ of the data, where U is the j-th of n uniform numbers and so has the distribution Beta(j, n + 1 −
/// j). That is exact, and costs the same for a million runs as for ten. If runs were censored early, n is the number of uncensored runs that would be
/// equally precise (<see cref="KaplanMeierStep.EffectiveRuns"/>), and the fraction U is looked up in the product-limit estimate. The generator starts
/// from a fixed seed, so equal data give equal intervals.
/// </summary>
public static class Bootstrap
{
    /// <summary>Number of resamples: the ends of a 95 % interval are known to 0.16 % of probability.</summary>
    public const int Resamples = 10_000;

    internal const int Seed = 20_220_718;

    /// <summary>Nominal coverage of intervals.</summary>
    private const double Usual = 0.95;

    /// <summary>Number of sample sizes whose positions are cached: tables have thousands of points of only a few sizes.</summary>
    private const int MaxRemembered = 64;

    private static readonly ConcurrentDictionary<(long Runs, double Fraction), Position[]> Remembered = new();

    /// <summary>
    /// The interval of a quantile of the convergence time, as <see cref="TimeHistogram.Quantile"/> defines it.
    /// </summary>
    /// <param name="times">Times of all runs; unsolved ones are infinitely late.</param>
    /// <param name="fraction">0 to 1, 0.5 for the median.</param>
    /// <param name="confidence">Nominal coverage, 0 to 1 exclusive.</param>
    /// <returns>Ends are null if they are infinite; both are null without runs.</returns>
    public static Interval Quantile(TimeHistogram times, double fraction, double confidence = Usual)
    {
        Check(fraction, confidence);
        if (times.Runs == 0)
            return Interval.Unknown;

        int tail = Tail(confidence, Resamples);
        // In an unfinished sweep, a time beyond the last step is only known to be beyond it.
        double beyond = times.InFlight > 0 ? times.Censorings[^1].Step : double.PositiveInfinity;
        if (times.IsCensoredEarly)
        {
            double[] early = [.. Early(times, fraction, Seed).Select(value => value ?? double.PositiveInfinity).Order()];
            return new Interval(Finite(Math.Min(beyond, early[tail])), Finite(early[Resamples - 1 - tail]));
        }

        double weight = TimeHistogram.QuantileRank(times.Runs, fraction).Weight;
        Position[] positions = Positions(times.Runs, fraction);
        var values = new (double Time, int Count)[positions.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (times.Between(positions[i].Rank, positions[i].Next, weight) ?? double.PositiveInfinity, positions[i].Count);

        Array.Sort(values, (a, b) => a.Time.CompareTo(b.Time));
        return new Interval(Finite(Math.Min(beyond, At(values, tail))), Finite(At(values, Resamples - 1 - tail)));
    }

    /// <summary>
    /// The 95 % interval of the ratio of one sample's quantile to another's. If a resample's quantile is infinite because runs were censored, the
    /// ratio is only bounded, by the last observed step; the interval covers all ratios within the bounds.
    /// </summary>
    /// <returns>The lower end is infinite if the numerator is never solved; the upper end is null
    /// if it is infinite; both are null if a sample has no runs.</returns>
    public static Interval QuantileRatio(TimeHistogram numerator, TimeHistogram denominator, double fraction)
    {
        Check(fraction, Usual);
        if (numerator.Runs == 0 || denominator.Runs == 0)
            return Interval.Unknown;

        (double[] aboveLow, double[] aboveHigh) = Draw(numerator, fraction, Seed);
        (double[] belowLow, double[] belowHigh) = Draw(denominator, fraction, Seed + 1);
        var low = new double[Resamples];
        var high = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
            (low[i], high[i]) = RatioBounds((aboveLow[i], aboveHigh[i]), (belowLow[i], belowHigh[i]));

        return Ends(low, high);
    }

    /// <summary>The interval that covers all resamples except the tails, where each resample is only known by bounds.</summary>
    internal static Interval Ends(double[] low, double[] high)
    {
        Array.Sort(low);
        Array.Sort(high);
        int tail = Tail(Usual, low.Length);
        return new Interval(low[tail], Finite(high[^(1 + tail)]));
    }

    /// <summary>
    /// Bounds of a ratio whose terms are only known to lie within bounds.
    /// </summary>
    /// <returns>0 and ∞ if the ends are 0/0 or ∞/∞, which may be anything.</returns>
    internal static (double Low, double High) RatioBounds((double Low, double High) numerator, (double Low, double High) denominator)
    {
        double least = numerator.Low / denominator.High;
        double most = numerator.High / denominator.Low;
        return (double.IsNaN(least) ? 0 : least, double.IsNaN(most) ? double.PositiveInfinity : most);
    }

    /// <summary>Bounds of a quantile in every resample; equal if it is finite, or infinite because runs diverged.</summary>
    private static (double[] Low, double[] High) Draw(TimeHistogram times, double fraction, int seed)
    {
        double weight = TimeHistogram.QuantileRank(times.Runs, fraction).Weight;
        double late = times.Censored > 0 ? times.Censorings[^1].Step : double.PositiveInfinity;
        double?[] values =
        [
            .. times.IsCensoredEarly
                ? Early(times, fraction, seed)
                : Ranks(times.Runs, fraction, seed).Select(ranks => times.Between(ranks.Rank, ranks.Next, weight)),
        ];
        return ([.. values.Select(value => value ?? late)], [.. values.Select(value => value ?? double.PositiveInfinity)]);
    }

    /// <summary>A quantile's distribution if fractions are estimated; null beyond what was observed.</summary>
    private static IEnumerable<double?> Early(TimeHistogram times, double fraction, int seed)
    {
        IReadOnlyList<KaplanMeierStep> steps = KaplanMeier.Of(times).Steps;
        double runs = steps.Where(step => step.SolvedFraction >= fraction).Concat(steps.Reverse())
            .Select(step => step.EffectiveRuns).FirstOrDefault(effective => effective is not null) ?? 1;
        var random = new Random(seed);
        for (int i = 0; i < Resamples; i++)
            yield return times.StepAbove(Beta.Sample(random, (runs * fraction) + 0.5, (runs * (1 - fraction)) + 0.5) * times.Runs);
    }

    /// <summary>Distinct positions of a quantile in resamples, with the number of resamples at each.</summary>
    private static Position[] Positions(long runs, double fraction)
    {
        if (Remembered.TryGetValue((runs, fraction), out Position[]? known))
            return known;

        Position[] positions =
        [
            .. Ranks(runs, fraction, Seed).CountBy(ranks => ranks).Select(pair => new Position(pair.Key.Rank, pair.Key.Next, pair.Value)),
        ];
        if (Remembered.Count >= MaxRemembered)
            Remembered.Clear();

        Remembered[(runs, fraction)] = positions;
        return positions;
    }

    /// <summary>
    /// Ranks, from 0, that two neighbouring order statistics of a resample have in the data. Given the j-th of n uniform numbers, the n − j above it
    /// are uniform between it and 1, and the smallest of them is the next one.
    /// </summary>
    private static IEnumerable<(long Rank, long Next)> Ranks(long runs, double fraction, int seed)
    {
        (long rank, double weight) = TimeHistogram.QuantileRank(runs, fraction);

        // Not a generator of Math.NET: all of them first draw a seed from the system's OpenSSL, and abort if there is none.
        var random = new Random(seed);
        for (int i = 0; i < Resamples; i++)
        {
            double here = Beta.Sample(random, rank + 1, runs - rank);
            double next = weight == 0 ? here : 1 - ((1 - here) * Math.Pow(1 - random.NextDouble(), 1.0 / (runs - rank - 1)));
            yield return (Place(here), Place(next));
        }

        long Place(double uniform) => Math.Min((long)(runs * uniform), runs - 1);
    }

    private static double At((double Time, int Count)[] values, int index)
    {
        int place = 0;
        for (int before = values[0].Count; before <= index; before += values[place].Count)
            place++;

        return values[place].Time;
    }

    private static int Tail(double confidence, int resamples) => (int)((1 - confidence) / 2 * resamples);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static void Check(double fraction, double confidence)
    {
        if (!(fraction >= 0 && fraction <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "must be from 0 to 1");

        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "must be between 0 and 1");
    }

    private readonly record struct Position(long Rank, long Next, int Count);
}
