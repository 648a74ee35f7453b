using MathNet.Numerics;

namespace ParityGpu.Statistics;

/// <summary>
/// Whether convergence times could be those of a search without memory, which succeeds at every step with the same probability p,
/// independently: geometric times, P(T > t) = (1 − p)^t, t = 0, 1, 2, … Three tests look at what hidden progress would leave
/// out, early successes, and at the whole distribution. Diverged runs are left out, as a search does not diverge; censored
/// runs count for the steps they took.
/// </summary>
public sealed record GeometricTest
{
    private const double Early = 0.1;

    /// <summary>p: given, or the maximum-likelihood estimate, which is solved runs ÷ steps of all runs.</summary>
    public required double Probability { get; init; }

    /// <summary>Whether p was estimated from the same times.</summary>
    public required bool IsFitted { get; init; }

    /// <summary>Runs that count.</summary>
    public required long Runs { get; init; }

    /// <summary>The smallest time m.</summary>
    public required long First { get; init; }

    /// <summary>
    /// P(no run is solved before step m). With known p that is (1 − p)^(N(m−1)), exactly. With fitted p and no censored
    /// run it is exact too, conditional on the total s of all times, which is sufficient for p: the times are then uniform over the
    /// compositions of s into N parts, of which C(s − N(m−1) − 1, N − 1) in C(s − 1, N − 1) have no part below m. With
    /// fitted p and censored runs the estimate stands for p.
    /// </summary>
    public required PValue FirstP { get; init; }

    /// <summary>The step by which the law solves a fraction of <see cref="EarlyProbability"/> of the runs.</summary>
    public required long EarlyStep { get; init; }

    /// <summary>Probability under the law of a time up to <see cref="EarlyStep"/>: a tenth, or more where single steps have more.</summary>
    public required double EarlyProbability { get; init; }

    /// <summary>Runs that were solved by <see cref="EarlyStep"/>.</summary>
    public required long EarlyCount { get; init; }

    /// <summary>
    /// P(at most that many), binomial; unlike <see cref="FirstP"/> it forgives a few lucky runs. With fitted p the estimate stands
    /// for it.
    /// </summary>
    public required PValue EarlyP { get; init; }

    /// <summary>Kolmogorov's distance D of the times' distribution from the law, over the steps up to the first censored run's.</summary>
    public required double Distance { get; init; }

    /// <summary>
    /// Two-sided p-value of the distance, Kolmogorov's limit at √N·D (close from about 20 runs). The law is discrete and may be
    /// fitted to the times; both make the true p-value smaller.
    /// </summary>
    public required PValue DistanceP { get; init; }

    /// <summary>
    /// Tests times.
    /// </summary>
    /// <param name="times">Times of the runs.</param>
    /// <param name="probability">p, 0 to 1 exclusive, such as 1/C(n, k) for guessing subsets; estimated if null.</param>
    /// <returns>Null where no run was solved, or every run at its first step.</returns>
    public static GeometricTest? Of(TimeHistogram times, double? probability = null)
    {
        if (probability is { } given && !(given > 0 && given < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "must be between 0 and 1");

        double steps = times.Times.Concat(times.Censorings).Sum(entry => (double)entry.Step * entry.Count);
        double p = probability ?? times.Solved / steps;
        if (times.Solved == 0 || !(p < 1))
            return null;

        long runs = times.Runs - times.Never;
        long first = times.Times[0].Step;
        double logMiss = SpecialFunctions.Log1p(-p);
        long earlyStep = (long)Math.Max(1, Math.Ceiling(SpecialFunctions.Log1p(-Early) / logMiss));
        double earlyProbability = Reached(earlyStep, logMiss);
        long earlyRuns = runs - times.Censorings.TakeWhile(entry => entry.Step < earlyStep).Sum(entry => entry.Count);
        long earlyCount = times.CountUpTo(earlyStep);
        double distance = LargestDistance(times, runs, logMiss);
        return new GeometricTest
        {
            Probability = p,
            IsFitted = probability is null,
            Runs = runs,
            First = first,
            FirstP = PValue.OfLog(probability is null && times.Censored == 0
                ? LogCompositions(steps - ((double)runs * (first - 1)), steps, runs, first)
                : StepsBefore(times, first) * logMiss),
            EarlyStep = earlyStep,
            EarlyProbability = earlyProbability,
            EarlyCount = earlyCount,
            EarlyP = PValue.BinomialLowerTail(earlyRuns, earlyProbability, earlyCount),
            Distance = distance,
            DistanceP = PValue.Kolmogorov(Math.Sqrt(runs) * distance),
        };
    }

    /// <summary>Steps that all runs took before a step.</summary>
    private static double StepsBefore(TimeHistogram times, long step) =>
        times.Times.Concat(times.Censorings).Sum(entry => (double)Math.Min(entry.Step, Math.Max(0, step - 1)) * entry.Count);

    /// <summary>log of the fraction of the compositions of s into N parts that are at least m, where <paramref name="left"/> = s − N(m−1).</summary>
    private static double LogCompositions(double left, double steps, long runs, long first) =>
        first <= 1 ? 0 : LogBinomial(left - 1, runs - 1) - LogBinomial(steps - 1, runs - 1);

    private static double LogBinomial(double n, double k) =>
        SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);

    /// <summary>P(T ≤ t) of the law.</summary>
    private static double Reached(long step, double logMiss) => -SpecialFunctions.Expm1(step * logMiss);

    private static double LargestDistance(TimeHistogram times, long runs, double logMiss)
    {
        long horizon = times.Censored > 0 ? times.Censorings[0].Step : long.MaxValue;
        double distance = 0;
        double below = 0;
        foreach ((long step, long count) in times.Times.TakeWhile(entry => entry.Step <= horizon))
        {
            // The law rises up to the step before, while the solved fraction is flat.
            distance = Math.Max(distance, Reached(Math.Max(0, step - 1), logMiss) - below);
            below += count / (double)runs;
            distance = Math.Max(distance, Math.Abs(below - Reached(step, logMiss)));
        }

        return times.Censored > 0 ? Math.Max(distance, Reached(horizon, logMiss) - below) : distance;
    }
}
