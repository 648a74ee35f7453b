namespace ParityGpu.Statistics;

/// <summary>
/// Convergence times as step → count, so memory grows with the number of different times and not with the runs.
/// </summary>
/// <remarks>
/// An unsolved run is one of two kinds. A run whose budget ended is <em>censored</em> at its last step: it would be solved later,
/// or never. A diverged run is <em>never</em> solved: it stays among the runs that could still be solved at every step, as if its
/// time were infinite, so that divergence lowers the solved fraction instead of leaving it (the subdistribution of a
/// competing risk, J. P. Fine and R. J. Gray, JASA 94, 1999). Quantiles count both as infinitely late.
/// </remarks>
public sealed class TimeHistogram
{
    private readonly Dictionary<long, long> solved = [];
    private readonly Dictionary<long, long> censored = [];
    private (long Step, long Count)[]? times;
    private (long Step, long Count)[]? censorings;
    private long[]? upTo;

    /// <summary>Finished runs.</summary>
    public long Runs { get; private set; }

    /// <summary>Solved runs.</summary>
    public long Solved { get; private set; }

    /// <summary>Runs that are never solved, because they diverged.</summary>
    public long Never { get; private set; }

    /// <summary>Runs whose budget ended before they were solved.</summary>
    public long Censored => Runs - Solved - Never;

    /// <summary>The different convergence times in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Times => Sorted();

    /// <summary>The different budgets that ended, in ascending order, each with its number of unsolved runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Censorings =>
        censorings ??= [.. censored.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];

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
        Runs += count;
        times = null;
        upTo = null;
    }

    /// <summary>Adds a run that is never solved.</summary>
    public void AddUnsolved()
    {
        Never++;
        Runs++;
    }

    /// <summary>Adds a run whose budget of <paramref name="steps"/> steps ended before it was solved.</summary>
    public void AddUnsolved(long steps) => AddUnsolved(steps, 1);

    /// <summary>Adds <paramref name="count"/> runs whose budget of <paramref name="steps"/> steps ended before they were solved.</summary>
    public void AddUnsolved(long steps, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        censored[steps] = censored.GetValueOrDefault(steps) + count;
        Runs += count;
        censorings = null;
    }

    /// <summary>The same runs with every step multiplied: times in samples, say, by the batch.</summary>
    public TimeHistogram Scaled(long factor)
    {
        var scaled = new TimeHistogram { Never = Never, Runs = Never };
        foreach ((long step, long count) in Times)
            scaled.AddSolved(step * factor, count);

        foreach ((long step, long count) in Censorings)
            scaled.AddUnsolved(step * factor, count);

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
    /// Hyndman and Fan, The American Statistician 50, 1996; the default of R and NumPy).
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

    private long? OrderStatistic(long rank)
    {
        if (rank >= Solved)
            return null;

        (long Step, long Count)[] table = Sorted();
        int low = 0;
        int high = table.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (upTo![middle] > rank)
                high = middle;
            else
                low = middle + 1;
        }

        return table[low].Step;
    }

    private double Sum(Func<long, double> term)
    {
        double sum = 0;
        foreach ((long step, long count) in Sorted())
            sum += count * term(step);

        return sum;
    }

    private (long Step, long Count)[] Sorted()
    {
        if (times is not null)
            return times;

        times = [.. solved.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];
        upTo = new long[times.Length];
        long total = 0;
        for (int i = 0; i < times.Length; i++)
            upTo[i] = total += times[i].Count;

        return times;
    }
}
