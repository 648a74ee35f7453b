using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Test of whether the two runs of a seed are equally fast.
/// </summary>
/// <param name="Name">Wilcoxon signed-rank or paired Prentice-Wilcoxon.</param>
/// <param name="Z">Statistic, standard normal under the null hypothesis; positive if B is slower.</param>
/// <param name="P">Its two-sided p-value, asymptotic.</param>
public sealed record PairedTest(string Name, double Z, PValue P)
{
    /// <summary>Wilcoxon's test of signed ranks, of the differences of log times (F. Wilcoxon, Biometrics Bulletin 1, 1945).</summary>
    public const string SignedRank = "signed-rank";

    /// <summary>
    /// The paired Prentice–Wilcoxon test, which takes censored runs (P. C. O'Brien and T. R. Fleming, Biometrics 43, 1987): a run's score is
    /// its place in the product-limit estimate of all runs, and the differences of the scores are summed.
    /// </summary>
    public const string PrenticeWilcoxon = "Prentice-Wilcoxon";

    /// <summary>Signed ranks where every run was solved, and scores that take censored and diverged runs elsewhere.</summary>
    public static PairedTest Of(SeedPairs pairs) =>
        pairs.Times.All(pair => HasLogarithm(pair.A) && HasLogarithm(pair.B)) ? OfSignedRanks(pairs) : OfScores(pairs);

    private static bool HasLogarithm(SeedTime time) => time is { Outcome: Outcome.Solved, Steps: > 0 };

    /// <summary>Zero differences are left out; equal ones share their mean rank, and the variance allows for them.</summary>
    private static PairedTest OfSignedRanks(SeedPairs pairs)
    {
        double[] differences =
            [.. pairs.Times.Select(pair => Math.Log(pair.B.Steps) - Math.Log(pair.A.Steps)).Where(difference => difference != 0).OrderBy(Math.Abs)];
        double n = differences.Length;
        double sum = 0;
        double ties = 0;
        for (int first = 0; first < differences.Length;)
        {
            int end = first + 1;
            while (end < differences.Length && Math.Abs(differences[end]) == Math.Abs(differences[first]))
                end++;

            double count = end - first;
            double rank = (first + 1 + end) / 2.0;
            sum += rank * differences.AsSpan(first..end).ToArray().Count(difference => difference > 0);
            ties += (count * count * count) - count;
            first = end;
        }

        double variance = (n * (n + 1) * ((2 * n) + 1) / 24) - (ties / 48);
        return OfStatistic(SignedRank, sum - (n * (n + 1) / 4), variance);
    }

    private static PairedTest OfScores(SeedPairs pairs)
    {
        var pooled = new TimeHistogram();
        foreach ((SeedTime a, SeedTime b) in pairs.Times)
        {
            pooled.Add(a);
            pooled.Add(b);
        }

        KaplanMeier estimate = KaplanMeier.Of(pooled);
        double sum = 0;
        double squares = 0;
        foreach ((SeedTime a, SeedTime b) in pairs.Times)
        {
            double difference = Score(estimate, b) - Score(estimate, a);
            sum += difference;
            squares += difference * difference;
        }

        return OfStatistic(PrenticeWilcoxon, sum, squares);
    }

    /// <summary>
    /// Expectation 0 wherever a run is censored: for one solved at t, F(t−) + F(t) − 1, of which the mean over the times beyond c is F(c).
    /// A diverged run is infinitely late.
    /// </summary>
    private static double Score(KaplanMeier estimate, SeedTime run) => run.Outcome switch
    {
        Outcome.Solved => estimate.SolvedAt(run.Steps - 1) + estimate.SolvedAt(run.Steps) - 1,
        Outcome.Diverged => estimate.SolvedAt(long.MaxValue),
        _ => estimate.SolvedAt(run.Steps),
    };

    /// <summary>Pairs none of which differs say nothing against the null hypothesis.</summary>
    private static PairedTest OfStatistic(string name, double sum, double variance)
    {
        double z = variance > 0 ? sum / Math.Sqrt(variance) : 0;
        return new PairedTest(name, z, PValue.ChiSquared(z * z));
    }
}
