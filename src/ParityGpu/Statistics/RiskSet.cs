namespace ParityGpu.Statistics;

/// <summary>
/// Walks through a sample's steps in ascending order and counts the runs that were still unsolved, and observed, right before each. If runs are
/// censored early, diverged ones leave at the same rate as the others: they are weighted by the inverse probability of censoring (J. P. Fine and R.
/// J. Gray, JASA 94, 1999), which makes the product-limit estimate that of Aalen and Johansen.
/// </summary>
internal sealed class RiskSet(TimeHistogram times)
{
    private int nextTime;
    private int nextDivergence;
    private int nextCensoring;
    private long left;
    private double never;

    /// <summary>Weight of a run solved at the step of the last call: itself, plus its share of those that were censored before.</summary>
    public double Weight { get; private set; } = 1;

    /// <summary>Runs that had neither ended nor been censored right before the step of the last call.</summary>
    public long Observed => times.Runs - left;

    /// <summary>
    /// The runs that could be solved at a step, and those that were.
    /// </summary>
    /// <param name="step">Greater than in the last call. Runs censored at the step itself could still have been solved at it.</param>
    public (double AtRisk, long Solved) At(long step)
    {
        while (nextCensoring < times.Censorings.Count && times.Censorings[nextCensoring].Step < step)
        {
            (long last, long count) = times.Censorings[nextCensoring++];
            PassEnds(last + 1);
            double stay = (Observed - count) / (double)Observed;
            left += count;
            never *= stay;
            Weight = stay > 0 ? Weight / stay : Weight;
        }

        PassEnds(step);
        bool here = nextTime < times.Times.Count && times.Times[nextTime].Step == step;
        return (Observed + never, here ? times.Times[nextTime].Count : 0);
    }

    private void PassEnds(long step)
    {
        while (nextTime < times.Times.Count && times.Times[nextTime].Step < step)
            left += times.Times[nextTime++].Count;

        while (nextDivergence < times.Divergences.Count && times.Divergences[nextDivergence].Step < step)
        {
            left += times.Divergences[nextDivergence].Count;
            never += times.Divergences[nextDivergence++].Count;
        }
    }
}
