using System.Numerics;
using MathNet.Numerics;

namespace ParityGpu.Theory;

/// <summary>What learners without gradients, or with fixed features, need on the (n, k) parity.</summary>
public static class Baselines
{
    /// <summary>
    /// Mean steps of random search with r copies as drawn in the paper (figure 14): 1 + C(n, k)/r. In
    /// each step, every copy independently guesses one of the C(n, k) subsets.
    /// </summary>
    public static double PaperRandomSearch(int n, int k, long copies) => 1 + ((double)FourierCoefficients.Binomial(n, k) / copies);

    /// <summary>The exact mean of the number of the first step in which one of r copies guesses right: 1/(1 − (1 − 1/C)^r).</summary>
    public static double RandomSearchMean(int n, int k, long copies) => 1 / -SpecialFunctions.Expm1(copies * LogMiss(n, k));

    /// <summary>
    /// A quantile of that number, which is geometric: the first step by which the search has ended with the given probability.
    /// </summary>
    public static double RandomSearchQuantile(int n, int k, long copies, double probability) =>
        Math.Max(1, Math.Ceiling(SpecialFunctions.Log1p(-probability) / (copies * LogMiss(n, k))));

    /// <summary>
    /// Smallest number of correlational statistical queries E[y g(x)], |g| ≤ 1, of tolerance τ that distinguish all parities: (C(n, k) − 1)·τ². By
    /// Parseval at most 1/τ² parities correlate with one g by more than τ, so the answer 0 rules out no more (M. Kearns 1998; A. Blum et al., "Weakly
    /// learning DNF", STOC 1994: the C(n, k) parities are orthogonal). An answer takes about 1/τ² samples, hence about C(n, k) in all, whatever τ.
    /// </summary>
    public static double StatisticalQueries(int n, int k, double tolerance) =>
        Math.Max(1, ((double)FourierCoefficients.Binomial(n, k) - 1) * tolerance * tolerance);

    /// <summary>Number of labels that every learner needs to identify the subset: ⌈log₂ C(n, k)⌉, at one bit each.</summary>
    public static long InformationBound(int n, int k)
    {
        BigInteger subsets = FourierCoefficients.Binomial(n, k);
        return subsets.IsOne ? 0 : (long)(subsets - 1).GetBitLength();
    }

    /// <summary>
    /// Smallest D·R² with which a linear function of norm R on a fixed map to D features of norm at most 1 gets the hinge loss of every parity below
    /// 1 − ε: ε²·C(n, k) (paper, theorem 5).
    /// </summary>
    public static double FixedFeatures(int n, int k, double epsilon) =>
        epsilon * epsilon * (double)FourierCoefficients.Binomial(n, k);

    /// <summary>log(1 − 1/C), the log probability of a wrong guess.</summary>
    private static double LogMiss(int n, int k) => SpecialFunctions.Log1p(-1 / (double)FourierCoefficients.Binomial(n, k));
}
