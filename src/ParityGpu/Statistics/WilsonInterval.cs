namespace ParityGpu.Statistics;

/// <summary>
/// Wilson's score interval for a success probability (E. B. Wilson, JASA 22, 1927), without continuity correction.
/// </summary>
/// <param name="Low">Lower end, ≥ 0.</param>
/// <param name="High">Upper end, ≤ 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>Standard normal quantile at 0.975: the interval covers 95 %.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>The 95 % interval after <paramref name="successes"/> of <paramref name="trials"/> &gt; 0, which need not be whole numbers.</summary>
    public static WilsonInterval Of(double successes, double trials)
    {
        double n = trials;
        double p = successes / n;
        double centre = p + (Z * Z / (2 * n));
        double half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        double scale = 1 + (Z * Z / n);
        // At the ends, rounding would leave 1e-17 instead of 0, or just miss 1.
        return new WilsonInterval(
            successes == 0 ? 0 : (centre - half) / scale, successes == trials ? 1 : (centre + half) / scale);
    }
}
