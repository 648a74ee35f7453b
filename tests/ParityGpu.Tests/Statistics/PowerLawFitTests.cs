using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class PowerLawFitTests
{
    [Fact]
    public void A_power_law_is_found_exactly()
    {
        PowerLawFit fit = PowerLawFit.Of([.. Widths().Select(x => (x, 500 * Math.Pow(x, -0.25)))])!;

        Assert.Equal(-0.25, fit.Exponent, 12);
        Assert.Equal(-0.25, fit.ExponentInterval.Low!.Value, 9);
        Assert.Equal(0, fit.Curvature!.Value, 12);
        Assert.Null(fit.CurvatureP);
        Assert.Equal(500 * Math.Pow(50, -0.25), fit.At(50), 9);
    }

    /// <summary>The line through four points of logarithms by hand.</summary>
    [Fact]
    public void Intervals_are_students()
    {
        PowerLawFit fit = PowerLawFit.Of([.. new (double X, double Y)[] { (0, 1), (1, 2), (2, 4), (3, 4) }.Select(p => (Math.Exp(p.X), Math.Exp(p.Y)))])!;

        // x̄ = 1.5, Sxx = 5, Sxy = 5.5; residuals −0.1, −0.2, 0.7, −0.4 with the sum of squares 0.7; t(0.975; 2) = 4.30265.
        Assert.Equal(1.1, fit.Exponent, 12);
        Assert.Equal(1.1 - (4.302652729911275 * Math.Sqrt(0.35 / 5)), fit.ExponentInterval.Low!.Value, 9);
        Assert.Equal(Math.Exp(1.1), fit.At(1), 9);
    }

    [Fact]
    public void Intervals_cover_and_curvature_keeps_its_level()
    {
        var random = new Random(31);
        int covered = 0;
        int curved = 0;
        for (int i = 0; i < 2000; i++)
        {
            PowerLawFit fit = PowerLawFit.Of(
                [.. Widths().Select(x => (x, 500 * Math.Pow(x, -0.25) * Math.Exp(MathNet.Numerics.Distributions.Normal.Sample(random, 0, 0.05))))])!;
            covered += fit.ExponentInterval.Low <= -0.25 && fit.ExponentInterval.High >= -0.25 ? 1 : 0;
            curved += fit.CurvatureP!.Value.P < 0.05 ? 1 : 0;
        }

        // 1900 and 100 expected, standard deviation 10.
        Assert.InRange(covered, 1865, 1935);
        Assert.InRange(curved, 65, 135);
    }

    [Fact]
    public void An_elbow_is_curvature()
    {
        PowerLawFit fit = PowerLawFit.Of([.. Widths().Select(x => (x, 100 + (2000 / x)))])!;

        Assert.True(fit.Curvature > 0.05);
        Assert.True(fit.CurvatureP!.Value.P < 1e-3);
    }

    [Fact]
    public void Two_points_have_a_line_but_no_interval_and_one_has_none()
    {
        PowerLawFit fit = PowerLawFit.Of([(10, 100), (1000, 1)])!;

        Assert.Equal(-1, fit.Exponent, 12);
        Assert.Equal(Interval.Unknown, fit.ExponentInterval);
        Assert.Null(fit.Curvature);
        Assert.Null(PowerLawFit.Of([(10, 100)]));
        Assert.Null(PowerLawFit.Of([(10, 100), (10, 50)]));
        Assert.Throws<ArgumentException>(() => PowerLawFit.Of([(10, 100), (20, 0)]));
        Assert.Throws<ArgumentException>(() => PowerLawFit.Of([(10, 100), (20, double.PositiveInfinity)]));
    }

    private static double[] Widths() => [10, 20, 50, 100, 200, 500, 1000];
}
