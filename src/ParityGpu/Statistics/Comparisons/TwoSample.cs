namespace ParityGpu.Statistics;

/// <summary>
/// Log-rank test of two samples.
/// </summary>
/// <param name="ChiSquared">Statistic, χ² with one degree of freedom under the null hypothesis.</param>
/// <param name="P">Its p-value.</param>
/// <param name="ObservedA">Solved runs of the first sample.</param>
/// <param name="ExpectedA">Number expected if both samples had one distribution.</param>
/// <param name="ObservedB">Solved runs of the second sample.</param>
/// <param name="ExpectedB">Number expected.</param>
public sealed record LogRankTest(
    double ChiSquared, PValue P, double ObservedA, double ExpectedA, double ObservedB, double ExpectedB);

/// <summary>
/// Kolmogorov–Smirnov test of two samples.
/// </summary>
/// <param name="Distance">Largest distance D of the solved fractions.</param>
/// <param name="Step">The first step at which it is reached.</param>
/// <param name="P">Asymptotic p-value.</param>
public sealed record KolmogorovSmirnovTest(double Distance, long Step, PValue P);

/// <summary>Comparisons of the convergence times of two independent samples.</summary>
public static class TwoSample
{
    /// <summary>
    /// Whether both samples are solved at the same rate at every step (N. Mantel, Cancer Chemotherapy Reports 50, 1966). Times are
    /// whole steps, so the variance is the hypergeometric one, which allows for ties. Censored runs count as long as they were
    /// observed; runs that are never solved stay at risk. The p-value is asymptotic.
    /// </summary>
    /// <returns>Null if the data are inconclusive: no run was solved, or only while one sample was at risk.</returns>
    public static LogRankTest? LogRank(TimeHistogram a, TimeHistogram b)
    {
        var riskA = new RiskSet(a);
        var riskB = new RiskSet(b);
        double expected = 0;
        double variance = 0;
        foreach (long step in Steps(a, b))
        {
            (double atRiskA, long solvedA) = riskA.At(step);
            (double atRiskB, long solvedB) = riskB.At(step);
            double atRisk = atRiskA + atRiskB;
            double solved = solvedA + solvedB;
            double share = atRiskA / atRisk;
            expected += solved * share;
            if (atRisk > 1)
                variance += solved * share * (1 - share) * (atRisk - solved) / (atRisk - 1);
        }

        if (variance <= 0)
            return null;

        double chiSquared = (a.Solved - expected) * (a.Solved - expected) / variance;
        return new LogRankTest(
            chiSquared, PValue.ChiSquared(chiSquared), a.Solved, expected, b.Solved, a.Solved + b.Solved - expected);
    }

    /// <summary>
    /// Whether both samples have one distribution: the largest distance of their solved fractions, over the steps up to the first at which a run was
    /// censored, since fractions are not known beyond. The p-value is Kolmogorov's limit at √(mn/(m+n))·D, accurate from about 20 runs each; ties and
    /// censoring make the true p-value smaller.
    /// </summary>
    /// <returns>Null if a sample has no runs, or none was solved that early.</returns>
    public static KolmogorovSmirnovTest? KolmogorovSmirnov(TimeHistogram a, TimeHistogram b)
    {
        if (a.Runs == 0 || b.Runs == 0)
            return null;

        long horizon = Math.Min(FirstCensoring(a), FirstCensoring(b));
        double distance = -1;
        long place = 0;
        long solvedA = 0;
        long solvedB = 0;
        var riskA = new RiskSet(a);
        var riskB = new RiskSet(b);
        foreach (long step in Steps(a, b).TakeWhile(step => step <= horizon))
        {
            solvedA += riskA.At(step).Solved;
            solvedB += riskB.At(step).Solved;
            double here = Math.Abs((solvedA / (double)a.Runs) - (solvedB / (double)b.Runs));
            if (here > distance)
                (distance, place) = (here, step);
        }

        if (distance < 0)
            return null;

        double size = (double)a.Runs * b.Runs / (a.Runs + b.Runs);
        return new KolmogorovSmirnovTest(distance, place, PValue.Kolmogorov(Math.Sqrt(size) * distance));
    }

    private static long FirstCensoring(TimeHistogram times) => times.Censored > 0 ? times.Censorings[0].Step : long.MaxValue;

    /// <summary>The steps at which a run of either sample was solved, ascending.</summary>
    private static IEnumerable<long> Steps(TimeHistogram a, TimeHistogram b)
    {
        int i = 0;
        int j = 0;
        while (i < a.Times.Count || j < b.Times.Count)
        {
            long nextA = i < a.Times.Count ? a.Times[i].Step : long.MaxValue;
            long nextB = j < b.Times.Count ? b.Times[j].Step : long.MaxValue;
            if (nextA <= nextB)
                i++;

            if (nextB <= nextA)
                j++;

            yield return Math.Min(nextA, nextB);
        }
    }
}
