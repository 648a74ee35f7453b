using MathNet.Numerics.Distributions;

namespace ParityGpu.Statistics;

/// <summary>
/// y = c·x^b fitted as a line through the logarithms by least squares. Intervals are Student's, so they assume that the residuals of
/// log y are normal, independent and equally spread (up to the weights); a significant <see cref="Curvature"/> says that no
/// single power fits the whole range.
/// </summary>
public sealed class PowerLawFit
{
    /// <summary>Residuals of log y below this are rounding: they say nothing about curvature.</summary>
    private const double Rounding = 1e-12;

    private readonly LeastSquares line;
    private readonly double centre;
    private readonly double confidence;

    private PowerLawFit(LeastSquares line, LeastSquares? parabola, double centre, double confidence)
    {
        this.line = line;
        this.centre = centre;
        this.confidence = confidence;
        Exponent = line.Coefficients[1];
        ExponentInterval = Around(Exponent, line.StandardError(1));
        if (parabola is null)
            return;

        Curvature = parabola.Coefficients[2];
        if (parabola.StandardError(2) is { } error && line.ResidualStandardDeviation > Rounding)
            CurvatureP = PValue.Of(2 * StudentT.CDF(0, 1, parabola.DegreesOfFreedom, -Math.Abs(parabola.Coefficients[2] / error)));
    }

    /// <summary>b.</summary>
    public double Exponent { get; }

    /// <summary>Interval of b; unknown below three points.</summary>
    public Interval ExponentInterval { get; }

    /// <summary>c, the value at x = 1.</summary>
    public double Prefactor => At(1);

    /// <summary>Interval of c; unknown below three points.</summary>
    public Interval PrefactorInterval => MeanInterval(1);

    /// <summary>Part of the variance of log y that the line explains; null where y is constant.</summary>
    public double? RSquared => line.RSquared;

    /// <summary>Standard deviation of the residuals of ln y; null below three points.</summary>
    public double? ResidualStandardDeviation => line.ResidualStandardDeviation;

    /// <summary>
    /// Coefficient of (ln x)² when it is added to the line: the local exponent grows by twice this per factor e of x. Null below three
    /// different x.
    /// </summary>
    public double? Curvature { get; }

    /// <summary>
    /// Two-sided p-value of the curvature (Student's t); null below four points, three different x, and where the line fits to rounding.
    /// </summary>
    public PValue? CurvatureP { get; }

    /// <summary>
    /// Fits points.
    /// </summary>
    /// <param name="points">Positive and finite x and y: medians over widths, say.</param>
    /// <param name="weights">Inverse variances of ln y up to a factor, positive; equal if null.</param>
    /// <param name="confidence">Nominal coverage of the intervals, 0 to 1 exclusive.</param>
    /// <returns>Null below two different x.</returns>
    /// <exception cref="ArgumentException">A number is not positive and finite, or weights are not as many as points.</exception>
    public static PowerLawFit? Of(
        IReadOnlyList<(double X, double Y)> points, IReadOnlyList<double>? weights = null, double confidence = 0.95)
    {
        if (points.Any(point => !IsPositive(point.X) || !IsPositive(point.Y)) || weights?.All(IsPositive) == false)
            throw new ArgumentException("must be positive and finite", nameof(points));

        if (weights is not null && weights.Count != points.Count)
            throw new ArgumentException("must be one per point", nameof(weights));

        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "must be between 0 and 1");

        int different = points.Select(point => point.X).Distinct().Count();
        if (different < 2)
            return null;

        // About their centre the powers of log x are nearly orthogonal.
        double centre = points.Average(point => Math.Log(point.X));
        double[] u = [.. points.Select(point => Math.Log(point.X) - centre)];
        double[] y = [.. points.Select(point => Math.Log(point.Y))];
        LeastSquares? line = LeastSquares.Of([.. u.Select(at => new[] { 1, at })], y, weights);
        LeastSquares? parabola = different < 3 ? null : LeastSquares.Of([.. u.Select(at => new[] { 1, at, at * at })], y, weights);
        return line is null ? null : new PowerLawFit(line, parabola, centre, confidence);
    }

    /// <summary>c·x^b.</summary>
    public double At(double x) => Math.Exp(line.Coefficients[0] + (Exponent * (Math.Log(x) - centre)));

    /// <summary>Pointwise interval of the curve c·x^b at x, not of new observations; unknown below three points.</summary>
    public Interval MeanInterval(double x)
    {
        double u = Math.Log(x) - centre;
        Interval log = Around(line.Coefficients[0] + (Exponent * u), line.StandardError([1, u]));
        return new Interval(log.Low is { } low ? Math.Exp(low) : null, log.High is { } high ? Math.Exp(high) : null);
    }

    private Interval Around(double value, double? error)
    {
        if (error is not { } deviation)
            return Interval.Unknown;

        double reach = StudentT.InvCDF(0, 1, line.DegreesOfFreedom, (1 + confidence) / 2) * deviation;
        return new Interval(value - reach, value + reach);
    }

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
}
