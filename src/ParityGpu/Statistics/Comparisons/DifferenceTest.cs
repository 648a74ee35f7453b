namespace ParityGpu.Statistics;

/// <summary>
/// Test of whether two points are equally fast: of the pairs of runs of one seed where there are any, of independent samples otherwise.
/// </summary>
/// <param name="Name">The test.</param>
/// <param name="P">Its p-value.</param>
public sealed record DifferenceTest(string Name, PValue P)
{
    /// <summary>Tests two points.</summary>
    /// <returns>Null where the data say nothing.</returns>
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
