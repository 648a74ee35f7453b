using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace ParityGpu.Statistics;

/// <summary>
/// A linear model y = Xβ + ε fitted by weighted least squares, with what inference about β needs. The design matrix is
/// decomposed by Householder reflections after its columns were scaled to length 1.
/// </summary>
public sealed class LeastSquares
{
    private readonly Matrix<double> covariance;

    private LeastSquares(double[] coefficients, Matrix<double> covariance, int freedom, double residualSum, double totalSum)
    {
        Coefficients = coefficients;
        this.covariance = covariance;
        DegreesOfFreedom = freedom;
        ResidualStandardDeviation = freedom > 0 ? Math.Sqrt(residualSum / freedom) : null;
        RSquared = totalSum > 0 ? 1 - (residualSum / totalSum) : null;
    }

    /// <summary>β, one per column of X.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>Observations less coefficients.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>Estimate of the standard deviation of ε at weight 1; null without degrees of freedom.</summary>
    public double? ResidualStandardDeviation { get; }

    /// <summary>Part of the variance of y, about its mean, that the model explains; null where y is constant.</summary>
    public double? RSquared { get; }

    /// <summary>
    /// Fits a model.
    /// </summary>
    /// <param name="design">Rows of X, one per observation; the first column is 1 for <see cref="RSquared"/> to mean something.</param>
    /// <param name="y">Observations, at least as many as columns.</param>
    /// <param name="weights">Inverse variances of ε up to a factor, positive; all 1 if null.</param>
    /// <returns>Null where the columns of X are linearly dependent.</returns>
    public static LeastSquares? Of(
        IReadOnlyList<double[]> design, IReadOnlyList<double> y, IReadOnlyList<double>? weights = null)
    {
        Matrix<double> x = Matrix<double>.Build.DenseOfRowArrays(design);
        if (y.Count != x.RowCount || (weights ?? y).Count != y.Count || x.RowCount < x.ColumnCount)
            throw new ArgumentException("must have a row and a weight for each of at least as many observations as columns", nameof(y));

        Vector<double> roots = Vector<double>.Build.Dense(y.Count, i => Math.Sqrt(weights?[i] ?? 1));
        x = Matrix<double>.Build.DenseOfDiagonalVector(roots) * x;
        Vector<double> lengths = x.ColumnNorms(2);
        if (lengths.Any(length => length == 0))
            return null;

        QR<double> factors = x.NormalizeColumns(2).QR(QRMethod.Thin);
        double least = factors.R.Diagonal().AbsoluteMinimum();
        if (least < x.RowCount * 1e-15)
            return null;

        Vector<double> target = Vector<double>.Build.Dense(y.Count, i => y[i] * roots[i]);
        Vector<double> scaled = factors.R.Solve(factors.Q.TransposeThisAndMultiply(target));
        Vector<double> coefficients = scaled.PointwiseDivide(lengths);
        double residualSum = Square(target - (x * coefficients));
        double mean = roots.DotProduct(target) / Square(roots);
        double totalSum = Square(target - (roots * mean));

        int freedom = x.RowCount - x.ColumnCount;
        Matrix<double> inverse = factors.R.Inverse();
        Matrix<double> scale = Matrix<double>.Build.DenseOfDiagonalVector(lengths.Map(length => 1 / length));
        Matrix<double> covariance = scale * inverse * inverse.Transpose() * scale * (freedom > 0 ? residualSum / freedom : double.NaN);
        return new LeastSquares(coefficients.ToArray(), covariance, freedom, residualSum, totalSum);
    }

    /// <summary>Standard error of a coefficient; null without degrees of freedom.</summary>
    public double? StandardError(int coefficient)
    {
        double[] row = new double[Coefficients.Count];
        row[coefficient] = 1;
        return StandardError(row);
    }

    /// <summary>Standard error of the model's mean at a row of X; null without degrees of freedom.</summary>
    public double? StandardError(double[] row)
    {
        if (DegreesOfFreedom == 0)
            return null;

        Vector<double> at = Vector<double>.Build.Dense(row);
        return Math.Sqrt(Math.Max(0, at * covariance * at));
    }

    private static double Square(Vector<double> vector) => vector.DotProduct(vector);
}
