namespace ParityGpu.Statistics;

/// <summary>
/// How the times of two points differ.
/// </summary>
/// <remarks>
/// Samples count as independent. Runs of one seed share initial weights and samples as far as their points do; where that correlates
/// their times positively, intervals are too wide and p-values too large. Other seeds on one side avoid it.
/// </remarks>
/// <param name="A">Summary of the first point.</param>
/// <param name="B">Summary of the second.</param>
/// <param name="Ratio">Median of B over median of A: above 1 if B is slower.</param>
/// <param name="LogRank">Null where there is nothing to test.</param>
/// <param name="KolmogorovSmirnov">Null likewise.</param>
/// <param name="LogRankHolm">The log-rank p-value adjusted for all pairs compared.</param>
public sealed record PointComparison(
    PointSummary A, PointSummary B, MedianRatio Ratio, LogRankTest? LogRank, KolmogorovSmirnovTest? KolmogorovSmirnov, PValue? LogRankHolm)
{
    /// <summary>Compares pairs of points.</summary>
    public static IReadOnlyList<PointComparison> Of(IReadOnlyList<PointPair> pairs)
    {
        LogRankTest?[] tests = [.. pairs.Select(pair => TwoSample.LogRank(pair.TimesA, pair.TimesB))];
        IReadOnlyList<PValue?> adjusted = PValue.Holm([.. tests.Select(test => test?.P)]);
        return
        [
            .. pairs.Select((pair, i) => new PointComparison(
                PointSummary.Of(pair.A, pair.TimesA),
                PointSummary.Of(pair.B, pair.TimesB),
                TwoSample.RatioOfMedians(pair.TimesB, pair.TimesA),
                tests[i],
                TwoSample.KolmogorovSmirnov(pair.TimesA, pair.TimesB),
                adjusted[i])),
        ];
    }
}
