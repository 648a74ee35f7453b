using MathNet.Numerics.Distributions;

namespace ParityGpu.Statistics;

/// <summary>
/// The solved fraction at and after a step at which runs were solved.
/// </summary>
/// <param name="Step">The step.</param>
/// <param name="AtRisk">Runs that were still unsolved and observed right before it, diverged ones among them; no whole number after early censoring.</param>
/// <param name="Solved">Runs that were solved at it.</param>
/// <param name="SolvedFraction">1 − S(t).</param>
/// <param name="StandardError">Greenwood's, of S(t) and of 1 − S(t).</param>
/// <param name="Band">Pointwise interval of 1 − S(t); unknown where S(t) is 0.</param>
public readonly record struct KaplanMeierStep(
    long Step, double AtRisk, long Solved, double SolvedFraction, double StandardError, Interval Band)
{
    /// <summary>
    /// The number of uncensored runs of which as many would be unsolved now, which is cautious (R. Peto et al., British Journal of Cancer
    /// 35, 1977; F. J. Dorey and E. L. Korn, Statistics in Medicine 6, 1987); null where the fraction is 0 or 1.
    /// </summary>
    public double? EffectiveRuns => SolvedFraction > 0 && AtRisk > Solved ? (AtRisk - Solved) / (1 - SolvedFraction) : null;
}

/// <summary>
/// The product-limit estimate of the fraction of runs that are solved by a step, from runs of which some are censored (E. L. Kaplan
/// and P. Meier, JASA 53, 1958), with Greenwood's standard errors and log(−log S) bands, which stay within 0 and 1 (J. D.
/// Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980). Runs that are never solved stay at risk.
/// </summary>
public sealed class KaplanMeier
{
    /// <summary>Products of fractions may miss a quantile that they meet by this much.</summary>
    private const double Rounding = 1e-12;

    private readonly KaplanMeierStep[] steps;

    private KaplanMeier(KaplanMeierStep[] steps) => this.steps = steps;

    /// <summary>The steps at which runs were solved, ascending; the estimate is constant in between, and 0 before the first.</summary>
    public IReadOnlyList<KaplanMeierStep> Steps => steps;

    /// <summary>
    /// Estimates from times.
    /// </summary>
    /// <param name="times">Times of solved runs and budgets of the others.</param>
    /// <param name="confidence">Nominal pointwise coverage of the bands, 0 to 1 exclusive.</param>
    public static KaplanMeier Of(TimeHistogram times, double confidence = 0.95)
    {
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "must be between 0 and 1");

        double z = Normal.InvCDF(0, 1, (1 + confidence) / 2);
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
            steps[i] = new KaplanMeierStep(step, atRisk, solved, 1 - survival, error, Band(survival, greenwood, z));
        }

        return new KaplanMeier(steps);
    }

    /// <summary>The fraction of runs solved by a step, that step included.</summary>
    public double SolvedAt(long step)
    {
        int low = 0;
        int high = steps.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (steps[middle].Step > step)
                high = middle;
            else
                low = middle + 1;
        }

        return low == 0 ? 0 : steps[low - 1].SolvedFraction;
    }

    /// <summary>The first step by which at least a fraction of the runs is solved; null where that was not observed.</summary>
    public long? Quantile(double fraction)
    {
        foreach (KaplanMeierStep step in steps)
        {
            if (step.SolvedFraction >= fraction - Rounding)
                return step.Step;
        }

        return null;
    }

    private static Interval Band(double survival, double greenwood, double z)
    {
        if (survival is 0 or 1)
            return Interval.Unknown;

        double log = Math.Log(survival);
        double reach = Math.Exp(z * Math.Sqrt(greenwood) / Math.Abs(log));
        return new Interval(1 - Math.Exp(log / reach), 1 - Math.Exp(log * reach));
    }
}
