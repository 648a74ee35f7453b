using System.Numerics;

namespace ParityGpu.Theory;

/// <summary>
/// Fourier coefficients of symmetric functions of x uniform on {±1}^n, exact: ξ_j = E[f(x)·∏_{i∈S} x_i] for any set S of j inputs.
/// </summary>
public static class FourierCoefficients
{
    /// <summary>
    /// ξ_j of the majority sign(x_1 + … + x_n), n odd: 0 for even j, else
    /// (−1)^((j−1)/2) · C((n−1)/2, (j−1)/2) / C(n−1, j−1) · C(n−1, (n−1)/2) / 2^(n−1)
    /// (R. O'Donnell, Analysis of Boolean Functions, theorem 5.19; paper, section 4).
    /// </summary>
    /// <param name="n">Inputs, odd.</param>
    /// <param name="degree">j, 0 … n.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is even, or j is not in 0 … n.</exception>
    public static Fraction Majority(int n, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(n % 2, 1, nameof(n));
        CheckDegree(n, degree);
        if (degree % 2 == 0)
            return new Fraction(0, 1);

        int half = (n - 1) / 2;
        int sign = (degree - 1) / 2 % 2 == 0 ? 1 : -1;
        return new Fraction(
            sign * Binomial(half, (degree - 1) / 2) * Binomial(n - 1, half),
            Binomial(n - 1, degree - 1) * BigInteger.Pow(2, n - 1));
    }

    /// <summary>
    /// The Fourier gap |ξ_{k−1}| − |ξ_{k+1}| of majority (paper, section 4): the difference in magnitude between the population gradients of a
    /// relevant and an irrelevant weight. Negative if the relevant one is smaller.
    /// </summary>
    /// <param name="n">Inputs, odd.</param>
    /// <param name="k">Parity degree, even, 2 … n−1.</param>
    public static Fraction MajorityGap(int n, int k) =>
        Fraction.Abs(Majority(n, k - 1)) - Fraction.Abs(Majority(n, k + 1));

    /// <summary>
    /// ξ_j of the threshold [x_1 + … + x_n &gt; θ], a function with values 0 and 1. For j &gt; 0, changing one input of S matters only if the other
    /// n−1 have the only possible sum t in (θ−1, θ+1], that is, q = (n−1−t)/2 minus signs: ξ_j = K_q(j−1) / 2^n with the Krawtchouk polynomial
    /// K_q(j−1) = Σ_i (−1)^i C(j−1, i) C(n−j, q−i). Twice a threshold at 0 minus 1 is the majority.
    /// </summary>
    /// <param name="n">Inputs.</param>
    /// <param name="theta">θ.</param>
    /// <param name="degree">j, 0 … n.</param>
    /// <exception cref="ArgumentOutOfRangeException">j is not in 0 … n.</exception>
    public static Fraction Threshold(int n, int theta, int degree)
    {
        CheckDegree(n, degree);
        BigInteger inputs = BigInteger.Pow(2, n);
        if (degree == 0)
        {
            BigInteger above = Enumerable.Range(0, n + 1).Where(minus => n - (2 * minus) > theta)
                .Aggregate(BigInteger.Zero, (sum, minus) => sum + Binomial(n, minus));
            return new Fraction(above, inputs);
        }

        // Whichever of θ and θ + 1 has the parity of n − 1.
        int t = (n - 1 - theta) % 2 == 0 ? theta : theta + 1;
        int q = (n - 1 - t) / 2;
        BigInteger krawtchouk = 0;
        for (int i = 0; i < degree; i++)
            krawtchouk += (i % 2 == 0 ? 1 : -1) * Binomial(degree - 1, i) * Binomial(n - degree, q - i);

        return new Fraction(krawtchouk, inputs);
    }

    /// <summary>C(n, m), 0 unless 0 ≤ m ≤ n.</summary>
    public static BigInteger Binomial(int n, int m)
    {
        if (m < 0 || m > n)
            return 0;

        BigInteger product = 1;
        for (int i = 1; i <= Math.Min(m, n - m); i++)
            product = product * (n - i + 1) / i;

        return product;
    }

    private static void CheckDegree(int n, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, n);
    }
}
