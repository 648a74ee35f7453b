using MathNet.Numerics;

namespace ParityGpu.Statistics;

/// <summary>
/// Whether convergence times could be those of a search without memory, which succeeds at every step with the same probability p, independently:
/// geometric times, P(T > t) = (1 − p)^t, t = 0, 1, 2, … The test looks at early successes, which hidden progress would prevent. Diverged runs are
/// excluded, as a search does not diverge; censored runs count for the steps they took.
/// </summary>
/// <param name="Step">The step by which the law solves a tenth of the runs, or more if a single step solves more.</param>
/// <param name="Count">Runs that were solved by then.</param>
/// <param name="EarlyP">P(at most that many), binomial, with p replaced by its estimate.</param>
public sealed record GeometricTest(long Step, long Count, PValue EarlyP)
{
    private const double Early = 0.1;

    /// <summary>Tests times. p is estimated by maximum likelihood: solved runs ÷ steps of all runs.</summary>
    /// <returns>Null if no run was solved, or every run was solved at its first step.</returns>
    public static GeometricTest? Of(TimeHistogram times)
    {
        double p = times.Solved / times.Steps;
        if (times.Solved == 0 || !(p < 1))
            return null;

        double logMiss = SpecialFunctions.Log1p(-p);
        long step = (long)Math.Max(1, Math.Ceiling(SpecialFunctions.Log1p(-Early) / logMiss));
        long runs = times.Runs - times.Never - times.Censorings.TakeWhile(entry => entry.Step < step).Sum(entry => entry.Count);
        long count = times.Times.TakeWhile(entry => entry.Step <= step).Sum(entry => entry.Count);
        return new GeometricTest(step, count, PValue.BinomialLowerTail(runs, -SpecialFunctions.Expm1(step * logMiss), count));
    }
}
