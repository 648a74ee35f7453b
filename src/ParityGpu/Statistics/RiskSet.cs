namespace ParityGpu.Statistics;

/// <summary>
/// Walks a sample's steps in ascending order and says how many runs were still unsolved, and observed, right before each.
/// </summary>
internal sealed class RiskSet(TimeHistogram times)
{
    private int nextTime;
    private int nextCensoring;
    private long left;

    /// <summary>
    /// The runs that could be solved at a step, and those that were.
    /// </summary>
    /// <param name="step">Greater than in the last call. Runs censored at the step itself could still have been solved at it.</param>
    public (long AtRisk, long Solved) At(long step)
    {
        while (nextCensoring < times.Censorings.Count && times.Censorings[nextCensoring].Step < step)
            left += times.Censorings[nextCensoring++].Count;

        while (nextTime < times.Times.Count && times.Times[nextTime].Step < step)
            left += times.Times[nextTime++].Count;

        bool here = nextTime < times.Times.Count && times.Times[nextTime].Step == step;
        return (times.Runs - left, here ? times.Times[nextTime].Count : 0);
    }
}
