using MathNet.Numerics.Distributions;
using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class PValueTests
{
    [Theory]
    [InlineData(3.841458820694124, 0.05)]
    [InlineData(6.634896601021213, 0.01)]
    [InlineData(10.82756617046727, 0.001)]
    [InlineData(0, 1)]
    public void Chi_squared_has_its_critical_values(double x, double p) => Assert.Equal(p, PValue.ChiSquared(x).P, 12);

    /// <summary>erfc(30) = 2.564656203756112e-393.</summary>
    [Fact]
    public void Chi_squared_goes_on_where_doubles_end()
    {
        Assert.Equal(Math.Log10(2.564656203756112) - 393, PValue.ChiSquared(1800).Log10, 9);
        Assert.Equal((1e-300, "<1e-300"), (PValue.ChiSquared(1800).P, $"{PValue.ChiSquared(1800)}"));
        // Both of its formulas, on either side of where they meet.
        double slope = PValue.ChiSquared(799.99).Log10 - PValue.ChiSquared(799.98).Log10;
        Assert.Equal(PValue.ChiSquared(799.99).Log10 + (2 * slope), PValue.ChiSquared(800.01).Log10, 6);
    }

    /// <summary>The critical values of every table, 1.224, 1.358, 1.628 and 1.949, to more digits, and the defining series.</summary>
    [Theory]
    [InlineData(1.2238478702170823, 0.1)]
    [InlineData(1.3580986393225507, 0.05)]
    [InlineData(1.6276236115189503, 0.01)]
    [InlineData(1.9494746035984047, 0.001)]
    [InlineData(0, 1)]
    public void Kolmogorovs_distribution_has_its_critical_values(double lambda, double p) =>
        Assert.Equal(p, PValue.Kolmogorov(lambda).P, 9);

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1.1)]
    [InlineData(2)]
    public void Kolmogorovs_distribution_is_its_series(double lambda)
    {
        double sum = 0;
        for (int j = 1; j <= 100; j++)
            sum += 2 * (j % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * j * j * lambda * lambda);

        Assert.Equal(sum, PValue.Kolmogorov(lambda).P, 12);
    }

    [Fact]
    public void Kolmogorovs_two_series_meet_and_do_not_underflow()
    {
        Assert.Equal(PValue.Kolmogorov(1 - 1e-12).P, PValue.Kolmogorov(1).P, 10);
        Assert.Equal(Math.Log10(2) - (2 * 100 * 100 / Math.Log(10)), PValue.Kolmogorov(100).Log10, 6);
    }

    [Theory]
    [InlineData(20, 0.3, 2)]
    [InlineData(20, 0.3, 6)]
    [InlineData(20, 0.3, 15)]
    [InlineData(300, 0.1, 12)]
    [InlineData(300, 0.1, 45)]
    [InlineData(7, 0.5, 0)]
    [InlineData(7, 0.5, 7)]
    public void Binomial_tails_are_sums(long trials, double probability, long successes)
    {
        double sum = 0;
        for (int i = 0; i <= successes; i++)
            sum += Binomial.PMF(probability, (int)trials, i);

        Assert.Equal(sum, PValue.BinomialLowerTail(trials, probability, successes).P, 12);
    }

    [Fact]
    public void Binomial_tails_do_not_underflow()
    {
        // (1 − p)^N.
        Assert.Equal(1e6 * Math.Log10(0.9), PValue.BinomialLowerTail(1_000_000, 0.1, 0).Log10, 5);
    }

    /// <summary>Five p-values by hand: times 5, 4, 3, 2, 1 in ascending order, none below the one before.</summary>
    [Fact]
    public void Holm_adjusts_for_the_number_of_tests()
    {
        IReadOnlyList<PValue?> adjusted = PValue.Holm(
            [PValue.Of(0.03), null, PValue.Of(0.001), PValue.Of(0.02), PValue.Of(0.6), PValue.Of(0.021)]);

        Assert.Equal([0.08, null, 0.005, 0.08, 0.6, 0.08], adjusted.Select(value => value is { } p ? Math.Round(p.P, 12) : (double?)null));
    }

    [Theory]
    [InlineData(0, "1.00")]
    [InlineData(-0.30103, "0.50")]
    [InlineData(-1.30103, "0.050")]
    [InlineData(-3, "0.0010")]
    [InlineData(-4.376751, "4.2e-5")]
    [InlineData(-411.886057, "<1e-300")]
    [InlineData(-4.0001, "1.0e-4")]
    [InlineData(double.NegativeInfinity, "0")]
    public void Two_digits_are_shown(double log10, string text) => Assert.Equal(text, new PValue(log10).ToString());
}
