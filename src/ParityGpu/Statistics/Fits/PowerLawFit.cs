using MathNet.Numerics.Distributions;

namespace ParityGpu.Statistics;

/// <summary>
/// y = c·x^b fitted as a line through the logarithms by least squares. Intervals are Student's, so they assume that the residuals of
/// log y are normal, independent and equally spread; a significant <see cref="Curvature"/> says that no
/// single power fits the whole range.
/// </summary>
public sealed class PowerLawFit
{
    /// <summary>Residuals of log y below this are rounding errors and say nothing about curvature.</summary>
    private const double Rounding = 1e-12;

    private readonly LeastSquares line;
    private readonly double centre;

    private PowerLawFit(LeastSquares line, LeastSquares? parabola, double centre)
    {
        this.line = line;
        this.centre = centre;
        Exponent = line.Coefficients[1];
        double? reach = line.StandardError(1) is { } deviation ? StudentT.InvCDF(0, 1, line.DegreesOfFreedom, 0.975) * deviation : null;
        ExponentInterval = new Interval(Exponent - reach, Exponent + reach);
        if (parabola is null)
            return;

        Curvature = parabola.Coefficients[2];
        if (parabola.StandardError(2) is { } error && line.ResidualStandardDeviation > Rounding)
            CurvatureP = PValue.Of(2 * StudentT.CDF(0, 1, parabola.DegreesOfFreedom, -Math.Abs(parabola.Coefficients[2] / error)));
    }

    /// <summary>b.</summary>
    public double Exponent { get; }

    /// <summary>95 % interval of b; unknown with fewer than three points.</summary>
    public Interval ExponentInterval { get; }

    /// <summary>
    /// Coefficient of (ln x)² when it is added to the line: the local exponent grows by twice
    /// this per factor e of x. Null with fewer than three distinct x.
    /// </summary>
    public double? Curvature { get; }

    /// <summary>
    /// Two-sided p-value of the curvature (Student's t); null with fewer than four points or three distinct x, or if the line fits up to rounding.
    /// </summary>
    public PValue? CurvatureP { get; }

    /// <summary>
    /// Fits points.
    /// </summary>
    /// <param name="points">Positive and finite x and y: medians over widths, say.</param>
    /// <returns>Null with fewer than two distinct x.</returns>
    /// <exception cref="ArgumentException">A number is not positive and finite.</exception>
    public static PowerLawFit? Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Any(point => !IsPositive(point.X) || !IsPositive(point.Y)))
            throw new ArgumentException("must be positive and finite", nameof(points));

        int different = points.Select(point => point.X).Distinct().Count();
        if (different < 2)
            return null;

        // Around their centre, the powers of log x are nearly orthogonal.
        double centre = points.Average(point => Math.Log(point.X));
        double[] u = [.. points.Select(point => Math.Log(point.X) - centre)];
        double[] y = [.. points.Select(point => Math.Log(point.Y))];
        LeastSquares? line = LeastSquares.Of([.. u.Select(at => new[] { 1, at })], y);
        LeastSquares? parabola = different < 3 ? null : LeastSquares.Of([.. u.Select(at => new[] { 1, at, at * at })], y);
        return line is null ? null : new PowerLawFit(line, parabola, centre);
    }

    /// <summary>c·x^b.</summary>
    public double At(double x) => Math.Exp(line.Coefficients[0] + (Exponent * (Math.Log(x) - centre)));

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
}
