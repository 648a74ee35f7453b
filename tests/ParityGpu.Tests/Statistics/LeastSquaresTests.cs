using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

/// <summary>Certified values of NIST's Statistical Reference Datasets for linear regression.</summary>
public sealed class LeastSquaresTests
{
    private static readonly (double Y, double X)[] Norris =
    [
        (0.1, 0.2), (338.8, 337.4), (118.1, 118.2), (888.0, 884.6), (9.2, 10.1), (228.1, 226.5), (668.5, 666.3), (998.5, 996.3),
        (449.1, 448.6), (778.9, 777.0), (559.2, 558.2), (0.3, 0.4), (0.1, 0.6), (778.1, 775.5), (668.8, 666.9), (339.3, 338.0),
        (448.9, 447.5), (10.8, 11.6), (557.7, 556.0), (228.3, 228.1), (998.0, 995.8), (888.8, 887.6), (119.6, 120.2), (0.3, 0.3),
        (0.6, 0.3), (557.6, 556.8), (339.3, 339.1), (888.0, 887.2), (998.5, 999.0), (778.9, 779.0), (10.2, 11.1), (117.6, 118.3),
        (228.9, 229.2), (668.4, 669.1), (449.2, 448.9), (0.2, 0.5),
    ];

    private static readonly double[] Pontius =
    [
        0.11019, 0.21956, 0.32949, 0.43899, 0.54803, 0.65694, 0.76562, 0.87487, 0.98292, 1.09146, 1.20001, 1.30822, 1.41599, 1.52399,
        1.63194, 1.73947, 1.84646, 1.95392, 2.06128, 2.16844, 0.11052, 0.22018, 0.32939, 0.43886, 0.54798, 0.65739, 0.76596, 0.87474,
        0.98300, 1.09150, 1.20004, 1.30818, 1.41613, 1.52408, 1.63159, 1.73965, 1.84696, 1.95445, 2.06177, 2.16829,
    ];

    [Fact]
    public void Norris_is_met()
    {
        LeastSquares fit = LeastSquares.Of([.. Norris.Select(point => new[] { 1, point.X })], [.. Norris.Select(point => point.Y)])!;

        AssertClose(-0.262323073774029, fit.Coefficients[0], 1e-10);
        AssertClose(1.00211681802045, fit.Coefficients[1], 1e-13);
        AssertClose(0.232818234301152, fit.StandardError(0)!.Value, 1e-11);
        AssertClose(0.429796848199937e-3, fit.StandardError(1)!.Value, 1e-11);
        AssertClose(0.884796396144373, fit.ResidualStandardDeviation!.Value, 1e-11);
    }

    [Fact]
    public void Pontius_is_met()
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => 150_000.0 * ((i % 20) + 1))];

        LeastSquares fit = LeastSquares.Of([.. x.Select(at => new[] { 1, at, at * at })], Pontius)!;

        AssertClose(0.673565789473684e-3, fit.Coefficients[0], 1e-9);
        AssertClose(0.732059160401003e-6, fit.Coefficients[1], 1e-11);
        AssertClose(-0.316081871345029e-14, fit.Coefficients[2], 1e-9);
        AssertClose(0.107938612033077e-3, fit.StandardError(0)!.Value, 1e-9);
        AssertClose(0.486652849992036e-16, fit.StandardError(2)!.Value, 1e-9);
        AssertClose(0.205177424076185e-3, fit.ResidualStandardDeviation!.Value, 1e-9);
    }

    [Fact]
    public void Dependent_columns_are_refused()
    {
        Assert.Null(LeastSquares.Of([[1, 2], [1, 2], [1, 2]], [1, 2, 3]));
        Assert.Null(LeastSquares.Of([[1, 0], [1, 0]], [1, 2]));
        Assert.Throws<ArgumentException>(() => LeastSquares.Of([[1, 2]], [1]));
    }

    private static void AssertClose(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{actual:R}, certified {expected:R}");
}
