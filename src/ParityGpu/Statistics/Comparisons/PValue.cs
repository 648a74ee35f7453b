using MathNet.Numerics;

namespace ParityGpu.Statistics;

/// <summary>
/// A probability under a null hypothesis, kept as its logarithm: a million runs make p-values that a double cannot hold.
/// </summary>
/// <param name="Log10">log₁₀ p ≤ 0; −∞ for an event that cannot happen.</param>
public readonly record struct PValue(double Log10)
{
    /// <summary>Above this, erfc is computed from its asymptotic series, whose relative error is then below 1e-12.</summary>
    private const double LargeErfcArgument = 20;

    /// <summary>Below this, Kolmogorov's series is summed in its transformed form; around this value both converge within a few terms.</summary>
    private const double SmallKolmogorovArgument = 1;

    /// <summary>
    /// log₁₀ of the smallest p-value that is reported: below it, neither the approximations behind p-values nor the data say anything more.
    /// </summary>
    private const double LeastLog10 = -300;

    /// <summary>p, at least 1e-300 if it is above 0.</summary>
    public double P => double.IsInfinity(Log10) ? 0 : Math.Pow(10, Math.Max(Log10, LeastLog10));

    /// <summary>The value of a probability.</summary>
    public static PValue Of(double p) => new(Math.Log10(Math.Clamp(p, 0, 1)));

    /// <summary>The value of a probability's natural logarithm.</summary>
    public static PValue OfLog(double log) => new(Math.Min(0, log / Constants.Ln10));

    /// <summary>P(χ² ≥ x) with one degree of freedom, which is erfc(√(x/2)).</summary>
    public static PValue ChiSquared(double x)
    {
        double z = Math.Sqrt(Math.Max(0, x) / 2);
        if (z < LargeErfcArgument)
            return Of(SpecialFunctions.Erfc(z));

        // erfc(z) = exp(−z²)/(z√π)·(1 − 1/(2z²) + 3/(4z⁴) − 15/(8z⁶) + …)
        double q = 1 / (2 * z * z);
        return OfLog(-(z * z) - Math.Log(z * Constants.SqrtPi) + SpecialFunctions.Log1p(-q * (1 - (3 * q * (1 - (5 * q * (1 - (7 * q))))))));
    }

    /// <summary>
    /// P(K ≥ λ) of Kolmogorov's limiting distribution, 2 Σ (−1)^(j−1) exp(−2 j² λ²) (N. Smirnov, Annals of Mathematical Statistics
    /// 19, 1948).
    /// </summary>
    public static PValue Kolmogorov(double lambda)
    {
        if (!(lambda > 0))
            return new PValue(0);

        if (lambda < SmallKolmogorovArgument)
        {
            // From the theta function's functional equation: P(K < λ) = √(2π)/λ Σ exp(−(2j−1)² π²/(8λ²)).
            double sum = 0;
            for (int j = 1; j <= 9; j += 2)
                sum += Math.Exp(-j * j * Math.PI * Math.PI / (8 * lambda * lambda));

            return Of(1 - (Constants.Sqrt2Pi / lambda * sum));
        }

        // Relative to the first term, so that nothing underflows.
        double relative = 0;
        for (int j = 1; j <= 6; j++)
            relative += (j % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * ((j * j) - 1) * lambda * lambda);

        return OfLog(-(2 * lambda * lambda) + Math.Log(2 * relative));
    }

    /// <summary>P(X ≤ successes) for X binomial, 0 &lt; probability &lt; 1.</summary>
    public static PValue BinomialLowerTail(long trials, double probability, long successes)
    {
        if (successes >= trials)
            return new PValue(0);

        // Terms decrease away from the mean, so the tail beyond it is the one that is summed.
        return successes <= trials * probability
            ? OfLog(LogBinomialTail(trials, probability, successes, -1))
            : Of(1 - Math.Exp(LogBinomialTail(trials, probability, successes + 1, 1)));
    }

    /// <summary>
    /// Adjusts p-values for their number, so that the probability of any false rejection is bounded (S. Holm, Scandinavian Journal of Statistics 6,
    /// 1979): the i-th smallest of m p-values is multiplied by m + 1 − i, and is at least the one before and at most 1. Nulls are not tests.
    /// </summary>
    public static IReadOnlyList<PValue?> Holm(IReadOnlyList<PValue?> values)
    {
        var adjusted = new PValue?[values.Count];
        int[] order = [.. Enumerable.Range(0, values.Count).Where(i => values[i] is not null).OrderBy(i => values[i]!.Value.Log10)];
        double least = double.NegativeInfinity;
        for (int i = 0; i < order.Length; i++)
        {
            least = Math.Max(least, Math.Min(0, values[order[i]]!.Value.Log10 + Math.Log10(order.Length - i)));
            adjusted[order[i]] = new PValue(least);
        }

        return adjusted;
    }

    /// <summary>Two digits, such as 0.23, 0.0012 or 4.2e-5; &lt;1e-300 below.</summary>
    public override string ToString()
    {
        if (Log10 >= -3.5)
            return P >= 0.095 ? $"{P:0.00}" : P >= 0.0095 ? $"{P:0.000}" : $"{P:0.0000}";

        if (double.IsInfinity(Log10))
            return "0";

        if (Log10 < LeastLog10)
            return "<1e-300";

        double exponent = Math.Floor(Log10);
        double digits = Math.Round(Math.Pow(10, Log10 - exponent), 1);
        return digits < 10 ? $"{digits:0.0}e{exponent:0}" : $"1.0e{exponent + 1:0}";
    }

    /// <summary>log of the sum of binomial probabilities from one number of successes on, upwards (1) or downwards (−1).</summary>
    private static double LogBinomialTail(long trials, double probability, long first, int direction)
    {
        double odds = probability / (1 - probability);
        double term = 1;
        double sum = 1;
        for (double i = first; term > sum * 1e-17; i += direction)
        {
            term *= direction > 0 ? (trials - i) / (i + 1) * odds : i / (trials - i + 1) / odds;
            sum += term;
        }

        return SpecialFunctions.GammaLn(trials + 1.0) - SpecialFunctions.GammaLn(first + 1.0) - SpecialFunctions.GammaLn(trials - first + 1.0)
            + (first * Math.Log(probability)) + ((trials - first) * SpecialFunctions.Log1p(-probability)) + Math.Log(sum);
    }
}
