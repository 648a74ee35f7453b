using MathNet.Numerics.Distributions;

namespace ParityGpu.Statistics;

/// <summary>
/// The solved fraction at and after a step at which runs were solved.
/// </summary>
/// <param name="Step">The step.</param>
/// <param name="AtRisk">Runs that were still unsolved and observed right before it,
/// including diverged ones; not a whole number after early censoring.</param>
/// <param name="Solved">Runs that were solved at it.</param>
/// <param name="SolvedFraction">1 − S(t).</param>
/// <param name="StandardError">Greenwood's, of S(t) and of 1 − S(t).</param>
/// <param name="Band">Pointwise interval of 1 − S(t); unknown if S(t) is 0.</param>
public readonly record struct KaplanMeierStep(
    long Step, double AtRisk, long Solved, double SolvedFraction, double StandardError, Interval Band)
{
    /// <summary>
    /// The number of uncensored runs of which as many would be unsolved now, a conservative choice (R. Peto et al., British Journal of Cancer 35,
    /// 1977; F. J. Dorey and E. L. Korn, Statistics in Medicine 6, 1987); null if the fraction is 0 or 1.
    /// </summary>
    public double? EffectiveRuns => SolvedFraction > 0 && AtRisk > Solved ? (AtRisk - Solved) / (1 - SolvedFraction) : null;
}

/// <summary>
/// The product-limit estimate of the fraction of runs solved by a step, when some runs are censored (E. L. Kaplan and P. Meier, JASA 53, 1958), with
/// Greenwood's standard errors and log(−log S) bands, which stay within 0 and 1 (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of
/// Failure Time Data, 1980). Runs that are never solved stay at risk.
/// </summary>
public sealed class KaplanMeier
{
    /// <summary>Standard normal quantile of the bands, which cover 95 % at each step.</summary>
    private static readonly double Z = Normal.InvCDF(0, 1, 0.975);

    private readonly KaplanMeierStep[] steps;
    private readonly long[] solvedSteps;

    private KaplanMeier(KaplanMeierStep[] steps)
    {
        this.steps = steps;
        solvedSteps = [.. steps.Select(step => step.Step)];
    }

    /// <summary>The steps at which runs were solved, ascending; the estimate is constant in between, and 0 before the first.</summary>
    public IReadOnlyList<KaplanMeierStep> Steps => steps;

    /// <summary>
    /// Computes the estimate from the times of solved runs and the budgets of the others, with bands of a nominal pointwise coverage of 95 %.
    /// </summary>
    public static KaplanMeier Of(TimeHistogram times)
    {
        var riskSet = new RiskSet(times);
        var steps = new KaplanMeierStep[times.Times.Count];
        double survival = 1;
        double greenwood = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            long step = times.Times[i].Step;
            (double atRisk, long solved) = riskSet.At(step);
            survival *= (atRisk - solved) / atRisk;
            greenwood += solved / (atRisk * (atRisk - solved));
            double error = survival == 0 ? 0 : survival * Math.Sqrt(greenwood);
            steps[i] = new KaplanMeierStep(step, atRisk, solved, 1 - survival, error, Band(survival, greenwood));
        }

        return new KaplanMeier(steps);
    }

    /// <summary>The fraction of runs solved by a step, that step included.</summary>
    public double SolvedAt(long step)
    {
        int place = Array.BinarySearch(solvedSteps, step);
        int last = place < 0 ? ~place - 1 : place;
        return last < 0 ? 0 : steps[last].SolvedFraction;
    }

    private static Interval Band(double survival, double greenwood)
    {
        if (survival is 0 or 1)
            return Interval.Unknown;

        double log = Math.Log(survival);
        double reach = Math.Exp(Z * Math.Sqrt(greenwood) / Math.Abs(log));
        return new Interval(1 - Math.Exp(log / reach), 1 - Math.Exp(log * reach));
    }
}
