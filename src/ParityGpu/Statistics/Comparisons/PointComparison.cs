namespace ParityGpu.Statistics;

/// <summary>
/// How the times of two points differ: from pairs of runs of one seed if there are any, otherwise from independent samples.
/// </summary>
/// <remarks>
/// Runs of one seed share initial weights and samples as far as their points do. To the extent that this correlates their times, treating them as
/// independent samples makes intervals too wide and p-values too large.
/// </remarks>
/// <param name="A">Summary of the first point.</param>
/// <param name="B">Summary of the second.</param>
/// <param name="Ratio">Median of B over median of A: above 1 if B is slower; for pairs, only over the runs that have a partner.</param>
public sealed record PointComparison(PointSummary A, PointSummary B, MedianRatio Ratio)
{
    /// <summary>|z| that is detected with a power of 80 % at the level of 5 %: the standard normal quantiles at 0.975 and 0.8.</summary>
    private const double PowerZ = WilsonInterval.Z + 0.8416212335729143;

    /// <summary>Number of pairs compared; null for independent samples.</summary>
    public int? Pairs { get; init; }

    /// <summary>Test of the pairs; null for independent samples.</summary>
    public PairedTest? Paired { get; init; }

    /// <summary>Kendall's τ of the pairs (<see cref="RankCorrelation"/>).</summary>
    public double? Correlation { get; init; }

    /// <summary>Test of independent samples; null for pairs, or if there is nothing to test.</summary>
    public LogRankTest? LogRank { get; init; }

    /// <summary>Test of independent samples; null in the same cases.</summary>
    public KolmogorovSmirnovTest? KolmogorovSmirnov { get; init; }

    /// <summary>p-value of the test of pairs or the log-rank test.</summary>
    public PValue? P => Paired?.P ?? LogRank?.P;

    /// <summary>The same adjusted for all pairs of points compared.</summary>
    public PValue? HolmP { get; init; }

    /// <summary>
    /// Number of seeds of each point with which a difference like this one would be detected at the level of 5 % with a power of 80 %: the statistic
    /// grows like the square root of their number. Null if nothing was tested or nothing differs.
    /// </summary>
    public double? SeedsNeeded
    {
        get
        {
            double? square = Paired is { } paired ? paired.Z * paired.Z : LogRank?.ChiSquared;
            double seeds = Pairs ?? (A.Seeds + A.InFlight + B.Seeds + B.InFlight) / 2.0;
            return square > 0 ? Math.Ceiling(seeds * PowerZ * PowerZ / square.Value) : null;
        }
    }

    /// <summary>Compares pairs of points.</summary>
    /// <param name="pairs">The points.</param>
    /// <param name="independent">Whether runs of one seed count as independent.</param>
    public static IReadOnlyList<PointComparison> Of(IReadOnlyList<PointPair> pairs, bool independent = false)
    {
        PointComparison[] compared = [.. pairs.Select(pair => Of(pair, independent))];
        IReadOnlyList<PValue?> adjusted = PValue.Holm([.. compared.Select(comparison => comparison.P)]);
        return [.. compared.Select((comparison, i) => comparison with { HolmP = adjusted[i] })];
    }

    private static PointComparison Of(PointPair pair, bool independent)
    {
        (PointSummary a, PointSummary b) = (PointSummary.Of(pair.RunsA), PointSummary.Of(pair.RunsB));
        (TimeHistogram timesA, TimeHistogram timesB) = (pair.RunsA.Times, pair.RunsB.Times);
        return !independent && SeedPairs.Of(pair.RunsA, pair.RunsB) is { } seeds
            ? new PointComparison(a, b, MedianRatio.Of(seeds))
            {
                Pairs = seeds.Times.Count,
                Paired = PairedTest.Of(seeds),
                Correlation = RankCorrelation.Kendall(seeds),
            }
            : new PointComparison(a, b, MedianRatio.Of(timesB, timesA))
            {
                LogRank = TwoSample.LogRank(timesA, timesB),
                KolmogorovSmirnov = TwoSample.KolmogorovSmirnov(timesA, timesB),
            };
    }
}
