using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>A measure that points of curves have besides the step.</summary>
/// <param name="Name">Its name in logs and tables.</param>
/// <param name="Heading">Its name for people.</param>
/// <param name="IsSingle">Whether it is measured in single precision.</param>
/// <param name="Value">The measure of a point.</param>
/// <param name="IsOf">Whether a curve has it.</param>
internal sealed record CurveMeasure(string Name, string Heading, bool IsSingle, Func<CurvePoint, double> Value, Func<RunCurve, bool> IsOf)
{
    private const int FirstCoefficient = 8;
    private const int FirstNorm = FirstCoefficient + Monomial.Most;

    /// <summary>The Fourier gap.</summary>
    public static CurveMeasure Gap { get; } = new("gap", "gap", IsSingle: true, point => point.Gap, curve => curve.HasGap);

    /// <summary>All measures.</summary>
    public static CurveMeasure[] All { get; } =
    [
        new("trainLoss", "train loss", IsSingle: true, point => point.TrainLoss, _ => true),
        new("trainAccuracy", "train accuracy", IsSingle: false, point => point.TrainAccuracy, IsOfParity),
        new("accuracy", "accuracy", IsSingle: false, point => point.Accuracy, IsOfParity),
        new("movement", "rho", IsSingle: true, point => point.Movement, _ => true),
        new("movementRelevant", "relevant", IsSingle: true, point => point.MovementRelevant, _ => true),
        new("movementIrrelevant", "irrelevant", IsSingle: true, point => point.MovementIrrelevant, _ => true),
        Gap,
        new("heldOutLoss", "held-out loss", IsSingle: true, point => point.Loss, curve => !IsOfParity(curve) || curve.Tasks.Length > 0),
        .. Enumerable.Range(0, Monomial.Most).Select(Coefficient),
        new("normL1", "L1 norm", IsSingle: true, point => point.Norms.L1, curve => curve.HasNorms),
        new("normL2", "L2 norm", IsSingle: true, point => point.Norms.L2, curve => curve.HasNorms),
        new("normLargest", "largest", IsSingle: true, point => point.Norms.Largest, curve => curve.HasNorms),
    ];

    /// <summary>The measures of a curve.</summary>
    public static CurveMeasure[] Of(RunCurve curve) => [.. All.Where(measure => measure.IsOf(curve))];

    /// <summary>The measures for which a table of several curves has columns: the gap always, as in older tables.</summary>
    public static CurveMeasure[] Of(IEnumerable<RunCurve> curves)
    {
        RunCurve[] kinds = [.. curves.DistinctBy(curve => (curve.HasGap, curve.HasNorms, curve.Monomials, curve.Tasks.Length > 0))];
        return [.. All.Where(measure => measure == Gap || kinds.Any(measure.IsOf))];
    }

    /// <summary>Number of monomials' coefficients in a curve with the given columns.</summary>
    public static int Monomials(Func<int, bool> hasColumn) => Enumerable.Range(FirstCoefficient, Monomial.Most).Count(hasColumn);

    /// <summary>Whether a curve with the given columns has norms.</summary>
    public static bool HasNorms(Func<int, bool> hasColumn) => hasColumn(FirstNorm);

    /// <summary>Its name for people, given the target: a coefficient is named by its monomial.</summary>
    public string HeadingOf(Target target)
    {
        int monomial = Array.IndexOf(All, this) - FirstCoefficient;
        return monomial >= 0 && monomial < target.Monomials.Length ? target.Monomials[monomial].Name : Heading;
    }

    /// <summary>The measure as a number of its precision.</summary>
    public object Number(CurvePoint point) => IsSingle ? (object)(float)Value(point) : Value(point);

    /// <summary>The point with measures given in the order of <see cref="All"/>.</summary>
    public static CurvePoint Point(long step, Func<int, double> measure)
    {
        float Mean(int monomial) => (float)measure(FirstCoefficient + monomial);
        float Norm(int norm) => (float)measure(FirstNorm + norm);
        return new CurvePoint(
            step,
            (float)measure(0),
            measure(1),
            measure(2),
            (float)measure(3),
            (float)measure(4),
            (float)measure(5),
            (float)measure(6))
        {
            Loss = (float)measure(7),
            Norms = new ParameterNorms(Norm(0), Norm(1), Norm(2)),
            Means = new MonomialMeans(Mean(0), Mean(1), Mean(2), Mean(3), Mean(4), Mean(5), Mean(6), Mean(7)),
        };
    }

    private static CurveMeasure Coefficient(int monomial) => new(
        $"coefficient{monomial + 1}", $"coefficient {monomial + 1}", IsSingle: true, point => point.Means.Of(monomial), curve => curve.Monomials > monomial);

    private static bool IsOfParity(RunCurve curve) => curve.Monomials == 0;
}
