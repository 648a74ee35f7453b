using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Test of whether the two runs of a seed are equally fast.
/// </summary>
/// <param name="Name">Wilcoxon signed-rank or paired Prentice-Wilcoxon.</param>
/// <param name="Z">Statistic, standard normal under the null hypothesis; positive if B is slower.</param>
/// <param name="P">Its two-sided p-value: exact up to 16 differing pairs, over all choices of signs, and asymptotic beyond.</param>
public sealed record PairedTest(string Name, double Z, PValue P)
{
    /// <summary>Wilcoxon's test of signed ranks, of the differences of log times (F. Wilcoxon, Biometrics Bulletin 1, 1945).</summary>
    public const string SignedRank = "signed-rank";

    /// <summary>
    /// The paired Prentice–Wilcoxon test, which allows censored runs (P. C. O'Brien and T. R. Fleming, Biometrics 43, 1987): a run's score is its
    /// place in the product-limit estimate of all runs, and the differences of the scores are summed.
    /// </summary>
    public const string PrenticeWilcoxon = "Prentice-Wilcoxon";

    /// <summary>Maximum number of differing pairs for an exact p-value.</summary>
    private const int MostExact = 16;

    /// <summary>Signed ranks if every run was solved, otherwise scores that allow censored and diverged runs.</summary>
    public static PairedTest Of(SeedPairs pairs) =>
        pairs.Times.All(pair => HasLogarithm(pair.A) && HasLogarithm(pair.B)) ? OfSignedRanks(pairs) : OfScores(pairs);

    private static bool HasLogarithm(SeedTime time) => time is { Outcome: Outcome.Solved, Steps: > 0 };

    /// <summary>Zero differences are omitted; equal ones share their mean rank.</summary>
    private static PairedTest OfSignedRanks(SeedPairs pairs)
    {
        double[] differences =
            [.. pairs.Times.Select(pair => Math.Log(pair.B.Steps) - Math.Log(pair.A.Steps)).Where(difference => difference != 0).OrderBy(Math.Abs)];
        var ranks = new double[differences.Length];
        for (int first = 0; first < differences.Length;)
        {
            int end = first + 1;
            while (end < differences.Length && Math.Abs(differences[end]) == Math.Abs(differences[first]))
                end++;

            for (int i = first; i < end; i++)
                ranks[i] = Math.Sign(differences[i]) * (first + 1 + end) / 2.0;

            first = end;
        }

        return OfDifferences(SignedRank, ranks);
    }

    private static PairedTest OfScores(SeedPairs pairs)
    {
        var solved = new TimeHistogram();
        var diverged = new TimeHistogram();
        foreach (SeedTime run in pairs.Times.SelectMany(pair => new[] { pair.A, pair.B }))
        {
            solved.Add(run);
            diverged.Add(run with
            {
                Outcome = run.Outcome switch { Outcome.Solved => Outcome.Diverged, Outcome.Diverged => Outcome.Solved, var other => other },
            });
        }

        (KaplanMeier f, KaplanMeier d) = (KaplanMeier.Of(solved), KaplanMeier.Of(diverged));
        return OfDifferences(
            PrenticeWilcoxon, [.. pairs.Times.Select(pair => Score(f, d, pair.B) - Score(f, d, pair.A)).Where(difference => difference != 0)]);
    }

    /// <summary>
    /// F(t−) + F(t) − 1 for a run solved at t, where F is the solved fraction; a diverged run is infinitely late and gets the last value. A run
    /// censored at c gets the mean of its possible scores, which is F(c) if no run diverges. The diverged fraction D enters because runs that
    /// diverged by then are not among the censored.
    /// </summary>
    private static double Score(KaplanMeier f, KaplanMeier d, SeedTime run)
    {
        double last = f.SolvedAt(long.MaxValue);
        if (run.Outcome == Outcome.Solved)
            return f.SolvedAt(run.Steps - 1) + f.SolvedAt(run.Steps) - 1;

        double fraction = f.SolvedAt(run.Steps);
        double left = 1 - fraction - d.SolvedAt(run.Steps);
        return run.IsCensored && left > 1e-9 ? ((fraction * (1 - fraction)) - (d.SolvedAt(run.Steps) * last)) / left : last;
    }

    /// <summary>
    /// The sum of values that are symmetric about 0 under the null hypothesis, over its standard deviation if all signs are random. If no pair
    /// differs, nothing contradicts that hypothesis.
    /// </summary>
    private static PairedTest OfDifferences(string name, double[] differences)
    {
        double squares = differences.Sum(difference => difference * difference);
        double z = squares > 0 ? differences.Sum() / Math.Sqrt(squares) : 0;
        return new PairedTest(name, z, differences.Length > MostExact ? PValue.ChiSquared(z * z) : Exact(differences));
    }

    /// <summary>The fraction of all choices of signs whose sum is at least as far from 0.</summary>
    private static PValue Exact(double[] differences)
    {
        double limit = Math.Abs(differences.Sum()) * (1 - 1e-12);
        int extreme = 0;
        for (int signs = 0; signs < 1 << differences.Length; signs++)
        {
            double sum = 0;
            for (int i = 0; i < differences.Length; i++)
                sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];

            extreme += Math.Abs(sum) >= limit ? 1 : 0;
        }

        return PValue.Of(extreme / (double)(1 << differences.Length));
    }
}
