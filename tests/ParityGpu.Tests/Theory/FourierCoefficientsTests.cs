using System.Numerics;
using ParityGpu.Theory;
using Xunit;

namespace ParityGpu.Tests.Theory;

public sealed class FourierCoefficientsTests
{
    [Theory]
    [InlineData(2, 99, 512)]
    [InlineData(4, 3, 256)]
    [InlineData(6, 1, 512)]
    public void Gaps_of_majority_of_15_are_those_of_the_papers_figure_11(int k, int numerator, int denominator) =>
        Assert.Equal(new Fraction(numerator, denominator), FourierCoefficients.MajorityGap(15, k));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    public void Majority_is_as_enumerated(int n)
    {
        for (int degree = 0; degree <= n; degree++)
            Assert.Equal(Enumerated(n, degree, sum => Math.Sign(sum)), FourierCoefficients.Majority(n, degree));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Thresholds_are_as_enumerated(int n)
    {
        for (int theta = -n - 3; theta <= n + 3; theta++)
        {
            for (int degree = 0; degree <= n; degree++)
                Assert.Equal(Enumerated(n, degree, sum => sum > theta ? 1 : 0), FourierCoefficients.Threshold(n, theta, degree));
        }
    }

    [Fact]
    public void Majority_is_twice_a_threshold_minus_1_at_sizes_beyond_enumeration()
    {
        for (int degree = 1; degree <= 101; degree++)
        {
            Fraction threshold = FourierCoefficients.Threshold(101, 0, degree);
            Assert.Equal(FourierCoefficients.Majority(101, degree), new Fraction(2 * threshold.Numerator, threshold.Denominator));
        }
    }

    [Fact]
    public void Squares_of_majority_sum_to_1()
    {
        double sum = Enumerable.Range(0, 52).Sum(
            j => (double)FourierCoefficients.Binomial(51, j) * Math.Pow(FourierCoefficients.Majority(51, j).ToDouble(), 2));

        Assert.Equal(1, sum, 12);
    }

    [Fact]
    public void Fractions_are_in_lowest_terms()
    {
        Assert.Equal("-1/2", new Fraction(3, -6).ToString());
        Assert.Equal("0", new Fraction(0, -7).ToString());
        Assert.Equal(new Fraction(1, 6), new Fraction(1, 2) - new Fraction(1, 3));
        Assert.Throws<DivideByZeroException>(() => new Fraction(1, 0));
    }

    /// <summary>E[f(Σx) x_0 … x_{j−1}] from all inputs.</summary>
    private static Fraction Enumerated(int n, int degree, Func<int, int> function)
    {
        int total = 0;
        for (uint minus = 0; minus < 1u << n; minus++)
        {
            int parity = BitOperations.PopCount(minus & ((1u << degree) - 1)) % 2 == 0 ? 1 : -1;
            total += parity * function(n - (2 * BitOperations.PopCount(minus)));
        }

        return new Fraction(total, BigInteger.Pow(2, n));
    }
}
