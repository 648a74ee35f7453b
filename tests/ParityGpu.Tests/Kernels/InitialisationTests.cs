using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

public sealed class InitialisationTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Uniform_fills_its_range_with_mean_zero_and_variance_a_third()
    {
        const float Scale = 0.25f;
        double[] draws = DrawMany(InitialDistribution.Uniform, Scale);

        Assert.All(draws, draw => Assert.True(Math.Abs(draw) < Scale && draw != 0));
        Assert.True(draws.Max() > 0.999 * Scale && draws.Min() < -0.999 * Scale);
        Assert.Equal(0, draws.Average() / Scale, 4.5 / Math.Sqrt(3.0 * Draws));
        Assert.Equal(1.0 / 3, Variance(draws) / (Scale * Scale), 4.5 * Math.Sqrt(4.0 / 45 / Draws));
        AssertKolmogorovSmirnov(draws, x => (1 + (x / Scale)) / 2);
    }

    [Theory]
    [InlineData(0x00000000u, -0xffffff)]
    [InlineData(0x000000ffu, -0xffffff)]
    [InlineData(0x7fffffffu, -1)]
    [InlineData(0x80000000u, 1)]
    [InlineData(0xffffffffu, 0xffffff)]
    public void Uniform_is_an_odd_multiple_of_two_to_the_minus_24(uint word, int numerator) =>
        Assert.Equal(numerator / 16777216f, Initialisation.Draw((int)InitialDistribution.Uniform, 1f, word));

    [Fact]
    public void Signs_are_plus_or_minus_the_scale_equally_often()
    {
        const float Scale = 0.3f;
        double[] draws = DrawMany(InitialDistribution.Sign, Scale);

        Assert.All(draws, draw => Assert.Equal(Scale, Math.Abs(draw)));
        Assert.Equal(0, draws.Average() / Scale, 4.5 / Math.Sqrt(Draws));
    }

    /// <summary>A sign by the highest bit and the same noise for either: the normal quantile of the bits below it.</summary>
    [Fact]
    public void Noisy_signs_are_one_plus_or_minus_the_normal_noise()
    {
        const float Scale = 0.1f;
        double[] draws = DrawMany(InitialDistribution.NoisySign, Scale);
        double[] noise = [.. draws.Select(draw => (draw - Math.Sign(draw)) / Scale)];

        Assert.InRange(draws.Count(draw => draw > 0), (Draws / 2) - (2.25 * Math.Sqrt(Draws)), (Draws / 2) + (2.25 * Math.Sqrt(Draws)));
        Assert.Equal(1, Variance(noise), 4.5 * Math.Sqrt(2.0 / Draws));
        AssertKolmogorovSmirnov(noise, x => 0.5 * Erfc(-x / Math.Sqrt(2)));
        Assert.Equal(0, noise.Zip(draws, (x, draw) => x * Math.Sign(draw)).Average(), 4.5 / Math.Sqrt(Draws));
        foreach (uint word in new uint[] { 0, 0x12345678, 0x7fffffff })
        {
            float drawn = Initialisation.Draw((int)InitialDistribution.Normal, Scale, word << 1);
            Assert.Equal(1 + drawn, Initialisation.Draw((int)InitialDistribution.NoisySign, Scale, word));
            Assert.Equal(drawn - 1, Initialisation.Draw((int)InitialDistribution.NoisySign, Scale, word | 0x80000000));
        }
    }

    [Fact]
    public void Noise_of_no_size_leaves_plain_signs() =>
        Assert.All(DrawMany(InitialDistribution.NoisySign, 0), draw => Assert.Equal(1, Math.Abs(draw)));

    [Fact]
    public void Normal_has_the_normal_distribution()
    {
        const float Scale = 0.5f;
        double[] draws = DrawMany(InitialDistribution.Normal, Scale);

        Assert.Equal(0, draws.Average() / Scale, 4.5 / Math.Sqrt(Draws));
        Assert.Equal(1, Variance(draws) / (Scale * Scale), 4.5 * Math.Sqrt(2.0 / Draws));
        AssertKolmogorovSmirnov(draws, x => 0.5 * Erfc(-x / (Scale * Math.Sqrt(2))));
        Assert.True(draws.Max() > 4 * Scale && draws.Min() < -4 * Scale);
    }

    /// <summary>Both ends, the middle, both sides of the polynomials' seam and a walk over the whole range.</summary>
    [Fact]
    public void Normal_quantile_is_accurate_everywhere()
    {
        const uint Seam = (uint)((1 + 0.996625) / 2 * 4294967296.0);
        uint[] ends = [0, 0x100, 0x1000, 0x7fffff00, 0x80000000, 0xfffff000, 0xfffffe00, 0xffffffff];
        IEnumerable<uint> seam = Enumerable.Range(-8, 16).Select(i => (uint)(Seam + (i * 0x800)));
        IEnumerable<uint> walk = Enumerable.Range(0, 2048).Select(i => (uint)i * 0x1fffff);

        foreach (uint word in ends.Concat(seam).Concat(walk))
        {
            double v = ((2.0 * (word >> 8)) + 1 - 16777216) / 16777216;
            double actual = Initialisation.Draw((int)InitialDistribution.Normal, 1f, word);
            Assert.True(
                Math.Abs(actual - NormalQuantile(v)) < 2e-6, $"word {word:x8}: {actual}, exactly {NormalQuantile(v)}");
        }
    }

    [Fact]
    public void Normal_reaches_its_tails_symmetrically()
    {
        float highest = Initialisation.Draw((int)InitialDistribution.Normal, 1f, 0xffffffff);
        float lowest = Initialisation.Draw((int)InitialDistribution.Normal, 1f, 0);

        Assert.InRange(highest, 5.4, 5.5);
        Assert.Equal(-highest, lowest);
    }

    /// <summary>The test's own functions against published values (Abramowitz and Stegun, tables 7.1 and 26.5).</summary>
    [Fact]
    public void Exact_functions_of_this_test_are_right()
    {
        Assert.Equal(0.4795001222, Erfc(0.5), 1e-10);
        Assert.Equal(0.1572992071, Erfc(1), 1e-10);
        Assert.Equal(0.0046777350, Erfc(2), 1e-10);
        Assert.Equal(1.541725790e-8, Erfc(4), 1e-16);
        Assert.Equal(1.9599639845, NormalQuantile(0.95), 1e-9);
        Assert.Equal(3.2905267315, NormalQuantile(0.999), 1e-9);
    }

    private static double[] DrawMany(InitialDistribution distribution, float scale)
    {
        double[] draws = new double[Draws];
        for (int d = 0; d < Draws; d += 4)
        {
            WordQuad block = RandomStreams.HiddenWeightDraws(17, (uint)(d / 40), (uint)(d / 4 % 10));
            draws[d] = Initialisation.Draw((int)distribution, scale, block.W0);
            draws[d + 1] = Initialisation.Draw((int)distribution, scale, block.W1);
            draws[d + 2] = Initialisation.Draw((int)distribution, scale, block.W2);
            draws[d + 3] = Initialisation.Draw((int)distribution, scale, block.W3);
        }

        return draws;
    }

    private static double Variance(double[] draws)
    {
        double mean = draws.Average();
        return draws.Average(draw => (draw - mean) * (draw - mean));
    }

    /// <summary>The empirical distribution is within 1.95/√N, the 99.9 % quantile, of the exact one.</summary>
    private static void AssertKolmogorovSmirnov(double[] draws, Func<double, double> distribution)
    {
        double[] sorted = [.. draws.Order()];
        double distance = 0;
        for (int d = 0; d < sorted.Length; d++)
        {
            double exact = distribution(sorted[d]);
            distance = Math.Max(distance, Math.Max(exact - ((double)d / Draws), ((d + 1.0) / Draws) - exact));
        }

        Assert.True(distance < 1.95 / Math.Sqrt(Draws), $"distance {distance}");
    }

    /// <summary>x with erf(x/√2) = v, by bisection on the complement, which is accurate in the tail.</summary>
    private static double NormalQuantile(double v)
    {
        double low = 0;
        double high = 10;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            if (Erfc(middle / Math.Sqrt(2)) > 1 - Math.Abs(v))
                low = middle;
            else
                high = middle;
        }

        return Math.CopySign(low, v);
    }

    /// <summary>
    /// 1 − erf(x): the series 2/√π e^(−x²) Σ 2^m x^(2m+1)/(2m+1)!! (Abramowitz and Stegun 7.1.6) for small |x|, the
    /// continued fraction 7.1.14 beyond.
    /// </summary>
    private static double Erfc(double x)
    {
        if (x < 0)
            return 2 - Erfc(-x);

        if (x < 2.5)
        {
            double sum = 0;
            double term = x;
            for (int m = 1; m < 120; m++)
            {
                sum += term;
                term *= 2 * x * x / ((2 * m) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        double fraction = x;
        for (int m = 200; m > 0; m--)
            fraction = x + (m / 2.0 / fraction);

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
