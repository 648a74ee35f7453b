namespace ParityGpu.Statistics;

/// <summary>
/// Test of whether two points are equally fast: on pairs of runs of one seed if there are any, otherwise on independent samples.
/// </summary>
/// <param name="Name">The test.</param>
/// <param name="P">Its p-value.</param>
public sealed record DifferenceTest(string Name, PValue P)
{
    /// <summary>Tests two points.</summary>
    /// <returns>Null if the data are inconclusive.</returns>
    public static DifferenceTest? Of(PointRuns a, PointRuns b)
    {
        if (SeedPairs.Of(a, b) is { } pairs)
        {
            PairedTest paired = PairedTest.Of(pairs);
            return new DifferenceTest($"{paired.Name} test of pairs", paired.P);
        }

        return TwoSample.LogRank(a.Times, b.Times) is { } logRank ? new DifferenceTest("log-rank test", logRank.P) : null;
    }

    /// <summary>Name and p-value.</summary>
    public override string ToString() => $"{Name}, p = {P}";
}
