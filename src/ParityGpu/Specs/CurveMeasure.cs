namespace ParityGpu.Specs;

/// <summary>What a point of a curve has beside its step.</summary>
/// <param name="Name">Its name in logs and tables.</param>
/// <param name="Heading">Its name for people.</param>
/// <param name="IsSingle">Whether it is measured in single precision.</param>
/// <param name="Value">The measure of a point.</param>
internal sealed record CurveMeasure(string Name, string Heading, bool IsSingle, Func<CurvePoint, double> Value)
{
    /// <summary>All of them; a curve may lack the last (<see cref="RunCurve.HasGap"/>).</summary>
    public static CurveMeasure[] All { get; } =
    [
        new("trainLoss", "train loss", IsSingle: true, point => point.TrainLoss),
        new("trainAccuracy", "train accuracy", IsSingle: false, point => point.TrainAccuracy),
        new("accuracy", "accuracy", IsSingle: false, point => point.Accuracy),
        new("movement", "rho", IsSingle: true, point => point.Movement),
        new("movementRelevant", "relevant", IsSingle: true, point => point.MovementRelevant),
        new("movementIrrelevant", "irrelevant", IsSingle: true, point => point.MovementIrrelevant),
        new("gap", "gap", IsSingle: true, point => point.Gap),
    ];

    /// <summary>Those of a curve.</summary>
    public static ReadOnlySpan<CurveMeasure> Of(RunCurve curve) => curve.HasGap ? All : All.AsSpan(..^1);

    /// <summary>The measure as a number of its precision.</summary>
    public object Number(CurvePoint point) => IsSingle ? (object)(float)Value(point) : Value(point);

    /// <summary>The point of measures in the order of <see cref="All"/>.</summary>
    public static CurvePoint Point(long step, Func<int, double> measure) => new(
        step,
        (float)measure(0),
        measure(1),
        measure(2),
        (float)measure(3),
        (float)measure(4),
        (float)measure(5),
        (float)measure(6));
}
