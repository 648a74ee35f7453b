using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Convergence times as step → count, so memory grows with the number of different times and not with the runs.
/// </summary>
/// <remarks>
/// An unsolved run is one of two kinds. A run whose budget ended, or that is still in flight, is <em>censored</em> at its last step: it
/// would be solved later, or never. A diverged run is <em>never</em> solved: it stays among the runs that could still be solved at every
/// step, as if its time were infinite, so that divergence lowers the solved fraction instead of leaving it (the subdistribution of a
/// competing risk, J. P. Fine and R. J. Gray, JASA 94, 1999). Quantiles are those of the product-limit estimate: the weight of a censored
/// run goes to the runs that are observed for longer (B. Efron, Proceedings of the Fifth Berkeley Symposium 4, 1967).
/// </remarks>
public sealed class TimeHistogram
{
    private const double Rounding = 1e-10;

    private readonly Dictionary<long, long> solved = [];
    private readonly Dictionary<long, long> diverged = [];
    private readonly Dictionary<long, long> censored = [];
    private readonly Dictionary<long, long> inFlight = [];
    private (long Step, long Count)[]? times;
    private (long Step, long Count)[]? divergences;
    private (long Step, long Count)[]? censorings;
    private long[]? upTo;
    private double[]? weightUpTo;

    /// <summary>Runs that are finished or in flight.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs that are neither solved nor diverged nor at the end of their budget: all that is known is that they were unsolved.</summary>
    public long InFlight { get; private set; }

    /// <summary>Finished runs.</summary>
    public long Finished => Runs - InFlight;

    /// <summary>Runs whose budget ended before they were solved.</summary>
    public long Budget => Censored - InFlight;

    /// <summary>Solved runs.</summary>
    public long Solved { get; private set; }

    /// <summary>Runs that are never solved, because they diverged.</summary>
    public long Never { get; private set; }

    /// <summary>Runs that were observed up to some step and unsolved by then: their budget ended, or they are in flight.</summary>
    public long Censored => Runs - Solved - Never;

    /// <summary>The different convergence times in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Times => times ??= Ascending(solved);

    /// <summary>The different steps at which runs were censored, in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Censorings =>
        censorings ??= [.. censored.Concat(inFlight).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key).Select(group => (group.Key, group.Sum()))];

    /// <summary>The different steps at which runs diverged, in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Divergences => divergences ??= Ascending(diverged);

    /// <summary>Whether a run was censored before another one was solved, so that fractions are estimates and not counts.</summary>
    public bool IsCensoredEarly => Censored > 0 && Solved > 0 && Censorings[0].Step < Times[^1].Step;

    /// <summary><see cref="SuccessRate.Rate"/>; null without runs.</summary>
    public double? SolvedFraction => SuccessRate.Of(this)?.Rate;

    /// <summary>Mean time of the solved runs; null without any.</summary>
    public double? Mean => Solved > 0 ? Sum(step => step) / Solved : null;

    /// <summary>Standard deviation of the times of the solved runs, with n − 1; null below two.</summary>
    public double? StandardDeviation =>
        Solved > 1 && Mean is { } mean ? Math.Sqrt(Sum(step => (step - mean) * (step - mean)) / (Solved - 1)) : null;

    /// <summary>exp of the mean of log(time) over the solved runs; null without any.</summary>
    public double? GeometricMean => Solved > 0 ? Math.Exp(Sum(step => Math.Log(step)) / Solved) : null;

    /// <summary>Adds a run solved after <paramref name="steps"/> steps.</summary>
    public void AddSolved(long steps) => AddSolved(steps, 1);

    /// <summary>Adds <paramref name="count"/> runs solved after <paramref name="steps"/> steps.</summary>
    public void AddSolved(long steps, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        solved[steps] = solved.GetValueOrDefault(steps) + count;
        Solved += count;
        Added(count);
    }

    /// <summary>Adds runs that are never solved.</summary>
    /// <param name="steps">Steps they took until they diverged.</param>
    /// <param name="count">How many.</param>
    public void AddDiverged(long steps = 0, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        diverged[steps] = diverged.GetValueOrDefault(steps) + count;
        Never += count;
        Added(count);
    }

    /// <summary>Adds runs that have not ended.</summary>
    /// <param name="steps">Steps after which they were known to be unsolved.</param>
    /// <param name="count">How many.</param>
    public void AddInFlight(long steps, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        inFlight[steps] = inFlight.GetValueOrDefault(steps) + count;
        InFlight += count;
        Added(count);
    }

    /// <summary>Adds a run whose budget of <paramref name="steps"/> steps ended before it was solved.</summary>
    public void AddUnsolved(long steps) => AddUnsolved(steps, 1);

    /// <summary>Adds <paramref name="count"/> runs whose budget of <paramref name="steps"/> steps ended before they were solved.</summary>
    public void AddUnsolved(long steps, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        censored[steps] = censored.GetValueOrDefault(steps) + count;
        Added(count);
    }

    /// <summary>Adds a run.</summary>
    public void Add(SeedTime run)
    {
        switch (run.Outcome)
        {
            case Outcome.Solved:
                AddSolved(run.Steps);
                break;
            case Outcome.Budget:
                AddUnsolved(run.Steps);
                break;
            case Outcome.Diverged:
                AddDiverged(run.Steps);
                break;
            default:
                AddInFlight(run.Steps);
                break;
        }
    }

    /// <summary>The same runs with every step multiplied: times in samples, say, by the batch.</summary>
    public TimeHistogram Scaled(long factor)
    {
        var scaled = new TimeHistogram();
        foreach ((long step, long count) in Times)
            scaled.AddSolved(step * factor, count);

        foreach ((long step, long count) in Divergences)
            scaled.AddDiverged(step * factor, count);

        foreach ((long step, long count) in censored)
            scaled.AddUnsolved(step * factor, count);

        foreach ((long step, long count) in inFlight)
            scaled.AddInFlight(step * factor, count);

        return scaled;
    }

    /// <summary>Runs that were solved by a step, that step included.</summary>
    public long CountUpTo(long step)
    {
        (long Step, long Count)[] table = Sorted();
        int low = 0;
        int high = table.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (table[middle].Step > step)
                high = middle;
            else
                low = middle + 1;
        }

        return low == 0 ? 0 : upTo![low - 1];
    }

    /// <summary>
    /// The time by which a fraction of all runs was solved: linear interpolation between order statistics (type 7 of
    /// Hyndman and Fan, The American Statistician 50, 1996; the default of R and NumPy), which have the weights of the product-limit
    /// estimate where runs were censored early.
    /// </summary>
    /// <param name="fraction">0 (minimum) to 1 (maximum).</param>
    /// <returns>Null where an unsolved run enters with positive weight, and where there are no runs.</returns>
    public double? Quantile(double fraction)
    {
        if (Runs == 0)
            return null;

        (long rank, double weight) = QuantileRank(Runs, fraction);
        return Between(rank, rank + 1, weight);
    }

    /// <summary>Where a quantile of a sample lies: between the order statistics of this rank, from 0, and the next.</summary>
    internal static (long Rank, double Weight) QuantileRank(long runs, double fraction)
    {
        double position = (runs - 1) * fraction;
        long rank = (long)position;
        return (rank, position - rank);
    }

    /// <summary>(1 − weight) times one order statistic plus weight times a later one; null where that is infinite.</summary>
    internal double? Between(long rank, long next, double weight)
    {
        long? below = OrderStatistic(rank);
        if (weight == 0 || below is null)
            return below;

        long? above = OrderStatistic(next);
        return below + (weight * (above - below));
    }

    /// <summary>The first step by which runs of more than a weight are solved, of <see cref="Runs"/> in all; null if there is none.</summary>
    internal long? StepAbove(double weight)
    {
        (long Step, long Count)[] table = Sorted();
        int low = 0;
        int high = table.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (weightUpTo![middle] > weight)
                high = middle;
            else
                low = middle + 1;
        }

        return low == table.Length ? null : table[low].Step;
    }

    /// <summary>Sums of weights may miss a whole number by rounding.</summary>
    private long? OrderStatistic(long rank) => StepAbove(rank + 1 - Math.Min(0.25, Rounding * Runs));

    private double Sum(Func<long, double> term)
    {
        double sum = 0;
        foreach ((long step, long count) in Sorted())
            sum += count * term(step);

        return sum;
    }

    private void Added(long count)
    {
        Runs += count;
        times = divergences = censorings = null;
        upTo = null;
        weightUpTo = null;
    }

    private static (long Step, long Count)[] Ascending(Dictionary<long, long> counts) =>
        [.. counts.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];

    private (long Step, long Count)[] Sorted()
    {
        if (weightUpTo is not null)
            return times!;

        times = Ascending(solved);
        upTo = new long[times.Length];
        var weights = new double[times.Length];
        var riskSet = new RiskSet(this);
        long total = 0;
        double weight = 0;
        for (int i = 0; i < times.Length; i++)
        {
            riskSet.At(times[i].Step);
            upTo[i] = total += times[i].Count;
            weights[i] = weight += times[i].Count * riskSet.Weight;
        }

        weightUpTo = weights;
        return times;
    }
}
