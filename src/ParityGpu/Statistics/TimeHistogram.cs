using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Convergence times as step → count, so memory grows with the number of distinct times and not with the number of runs.
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
    private double[]? weightUpTo;

    /// <summary>Runs that are finished or in flight.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs that are neither solved nor diverged nor at the end of their budget: they are only known to be unsolved so far.</summary>
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

    /// <summary>The distinct convergence times in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Times => times ??= Ascending(solved);

    /// <summary>The distinct steps at which runs were censored, in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Censorings =>
        censorings ??= [.. censored.Concat(inFlight).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key).Select(group => (group.Key, group.Sum()))];

    /// <summary>The distinct steps at which runs diverged, in ascending order, each with its number of runs.</summary>
    public IReadOnlyList<(long Step, long Count)> Divergences => divergences ??= Ascending(diverged);

    /// <summary>Whether a run was censored before another one was solved, so that fractions are estimates instead of counts.</summary>
    public bool IsCensoredEarly => Censored > 0 && Solved > 0 && Censorings[0].Step < Times[^1].Step;

    /// <summary><see cref="SuccessRate.Rate"/>; null without runs.</summary>
    public double? SolvedFraction => SuccessRate.Of(this)?.Rate;

    /// <summary>Steps that all runs except the diverged ones took.</summary>
    public double Steps => Times.Concat(Censorings).Sum(entry => (double)entry.Step * entry.Count);

    /// <summary>Weight of the solved runs in the product-limit estimate, out of <see cref="Runs"/> in total.</summary>
    internal double SolvedWeight => Solved > 0 ? (weightUpTo ??= Weights())[^1] : 0;

    /// <summary>Mean time of the solved runs; null without any.</summary>
    public double? Mean => Solved > 0 ? Times.Sum(entry => entry.Count * (double)entry.Step) / Solved : null;

    /// <summary>Adds <paramref name="count"/> runs solved after <paramref name="steps"/> steps.</summary>
    public void AddSolved(long steps, long count = 1)
    {
        Add(solved, steps, count);
        Solved += count;
    }

    /// <summary>Adds runs that are never solved.</summary>
    /// <param name="steps">Steps they took until they diverged.</param>
    /// <param name="count">How many.</param>
    public void AddDiverged(long steps = 0, long count = 1)
    {
        Add(diverged, steps, count);
        Never += count;
    }

    /// <summary>Adds runs that have not ended.</summary>
    /// <param name="steps">Steps after which they were known to be unsolved.</param>
    /// <param name="count">How many.</param>
    public void AddInFlight(long steps, long count = 1)
    {
        Add(inFlight, steps, count);
        InFlight += count;
    }

    /// <summary>Adds <paramref name="count"/> runs whose budget of <paramref name="steps"/> steps ended before they were solved.</summary>
    public void AddUnsolved(long steps, long count = 1) => Add(censored, steps, count);

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

    /// <summary>
    /// The time by which a fraction of all runs was solved: linear interpolation between order statistics (type 7 of Hyndman and Fan, The American
    /// Statistician 50, 1996; the default of R and NumPy), which have the weights of the product-limit estimate if runs were censored early.
    /// </summary>
    /// <param name="fraction">0 (minimum) to 1 (maximum).</param>
    /// <returns>Null if an unsolved run enters with positive weight, or if there are no runs.</returns>
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

    /// <summary>(1 − weight) times one order statistic plus weight times a later one; null if the result is infinite.</summary>
    internal double? Between(long rank, long next, double weight)
    {
        long? below = OrderStatistic(rank);
        if (weight == 0 || below is null)
            return below;

        long? above = OrderStatistic(next);
        return below + (weight * (above - below));
    }

    /// <summary>
    /// The first step by which runs of more than a given weight, out of <see cref="Runs"/> in total, are solved; null if there is none.
    /// </summary>
    internal long? StepAbove(double weight)
    {
        int place = Array.BinarySearch(weightUpTo ??= Weights(), weight);
        int first = place < 0 ? ~place : place + 1;
        return first == Times.Count ? null : Times[first].Step;
    }

    /// <summary>Allows for sums of weights that miss a whole number by rounding.</summary>
    private long? OrderStatistic(long rank) => StepAbove(rank + 1 - Math.Min(0.25, Rounding * Runs));

    private void Add(Dictionary<long, long> runs, long steps, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        runs[steps] = runs.GetValueOrDefault(steps) + count;
        Runs += count;
        times = divergences = censorings = null;
        weightUpTo = null;
    }

    private static (long Step, long Count)[] Ascending(Dictionary<long, long> counts) =>
        [.. counts.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];

    /// <summary>Weight of the runs that were solved by each of <see cref="Times"/>.</summary>
    private double[] Weights()
    {
        var weights = new double[Times.Count];
        var riskSet = new RiskSet(this);
        double weight = 0;
        foreach ((int i, (long step, long count)) in Times.Index())
        {
            riskSet.At(step);
            weights[i] = weight += count * riskSet.Weight;
        }

        return weights;
    }
}
