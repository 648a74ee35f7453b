using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ParityGpu.Statistics;

/// <summary>
/// A linear model y = Xβ + ε fitted by least squares, with what is needed for inference about β. The design matrix is decomposed by Householder
/// reflections after its columns are scaled to length 1.
/// </summary>
public sealed class LeastSquares
{
    private readonly Matrix<double> covariance;

    private LeastSquares(double[] coefficients, Matrix<double> covariance, int freedom, double residualSum)
    {
        Coefficients = coefficients;
        this.covariance = covariance;
        DegreesOfFreedom = freedom;
        ResidualStandardDeviation = freedom > 0 ? Math.Sqrt(residualSum / freedom) : null;
    }

    /// <summary>β, one per column of X.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>Number of observations minus number of coefficients.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>Estimate of the standard deviation of ε; null without degrees of freedom.</summary>
    public double? ResidualStandardDeviation { get; }

    /// <summary>
    /// Fits a model.
    /// </summary>
    /// <param name="design">Rows of X, one per observation.</param>
    /// <param name="y">Observations, at least as many as columns.</param>
    /// <returns>Null if the columns of X are linearly dependent.</returns>
    public static LeastSquares? Of(IReadOnlyList<double[]> design, IReadOnlyList<double> y)
    {
        Matrix<double> x = Matrix<double>.Build.DenseOfRowArrays(design);
        if (y.Count != x.RowCount || x.RowCount < x.ColumnCount)
            throw new ArgumentException("must have a row for each of at least as many observations as columns", nameof(y));

        Vector<double> lengths = x.ColumnNorms(2);
        if (lengths.Any(length => length == 0))
            return null;

        QR<double> factors = x.NormalizeColumns(2).QR(QRMethod.Thin);
        double least = factors.R.Diagonal().AbsoluteMinimum();
        if (least < x.RowCount * 1e-15)
            return null;

        Vector<double> target = Vector<double>.Build.DenseOfEnumerable(y);
        Vector<double> scaled = factors.R.Solve(factors.Q.TransposeThisAndMultiply(target));
        Vector<double> coefficients = scaled.PointwiseDivide(lengths);
        Vector<double> residuals = target - (x * coefficients);
        double residualSum = residuals.DotProduct(residuals);

        int freedom = x.RowCount - x.ColumnCount;
        Matrix<double> inverse = factors.R.Inverse();
        Matrix<double> scale = Matrix<double>.Build.DenseOfDiagonalVector(lengths.Map(length => 1 / length));
        Matrix<double> covariance = scale * inverse * inverse.Transpose() * scale * (freedom > 0 ? residualSum / freedom : double.NaN);
        return new LeastSquares(coefficients.ToArray(), covariance, freedom, residualSum);
    }

    /// <summary>Standard error of a coefficient; null without degrees of freedom.</summary>
    public double? StandardError(int coefficient) =>
        DegreesOfFreedom > 0 ? Math.Sqrt(Math.Max(0, covariance[coefficient, coefficient])) : null;
}
