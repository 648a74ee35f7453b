namespace ParityGpu.Statistics;

/// <summary>
/// Convergence times as step → count, so memory grows with the number of different times and not with the runs.
/// Unsolved runs count as infinitely late.
/// </summary>
public sealed class TimeHistogram
{
    private readonly Dictionary<long, long> counts = [];
    private (long Time, long UpTo)[]? cumulative;

    /// <summary>Finished runs.</summary>
    public long Runs { get; private set; }

    /// <summary>Solved runs.</summary>
    public long Solved { get; private set; }

    /// <summary>Adds a run solved after <paramref name="steps"/> steps.</summary>
    public void AddSolved(long steps)
    {
        counts[steps] = counts.GetValueOrDefault(steps) + 1;
        Solved++;
        Runs++;
        cumulative = null;
    }

    /// <summary>Adds an unsolved run.</summary>
    public void AddUnsolved() => Runs++;

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

        double position = (Runs - 1) * fraction;
        long rank = (long)position;
        double weight = position - rank;
        long? below = OrderStatistic(rank);
        if (weight == 0 || below is null)
            return below;

        long? above = OrderStatistic(rank + 1);
        return below + (weight * (above - below));
    }

    private long? OrderStatistic(long rank)
    {
        if (rank >= Solved)
            return null;

        (long Time, long UpTo)[] table = cumulative ??= Cumulative();
        int low = 0;
        int high = table.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (table[middle].UpTo > rank)
                high = middle;
            else
                low = middle + 1;
        }

        return table[low].Time;
    }

    private (long Time, long UpTo)[] Cumulative()
    {
        var table = new (long Time, long UpTo)[counts.Count];
        int index = 0;
        long total = 0;
        foreach ((long time, long count) in counts.OrderBy(pair => pair.Key))
            table[index++] = (time, total += count);

        return table;
    }
}
