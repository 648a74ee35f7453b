using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>How a run looked after some steps.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="TrainLoss">Mean loss of the batch that the next step trains on, or of the finite sample.</param>
/// <param name="TrainAccuracy">Fraction of those samples that agree with the labels that are trained on; NaN of a polynomial target.</param>
/// <param name="Accuracy">Fraction of the held-out samples that are classified right; NaN of a polynomial target.</param>
/// <param name="Movement">ρ, the largest distance of a parameter from its initial value.</param>
/// <param name="MovementRelevant">The same over the first layer's weights from relevant inputs.</param>
/// <param name="MovementIrrelevant">The same over those from irrelevant inputs; 0 if there are none.</param>
/// <param name="Gap">Fourier gap of the population gradient; NaN unless it was asked for.</param>
public readonly record struct CurvePoint(
    long Step,
    float TrainLoss,
    double TrainAccuracy,
    double Accuracy,
    float Movement,
    float MovementRelevant,
    float MovementIrrelevant,
    float Gap)
{
    /// <summary>
    /// Of a polynomial target the mean square loss on the held-out samples, of tasks the mean of their losses by their frequencies; NaN elsewhere.
    /// </summary>
    public float Loss { get; init; } = float.NaN;

    /// <summary>Norms of the parameters; NaN unless they were asked for.</summary>
    public ParameterNorms Norms { get; init; } = ParameterNorms.None;

    /// <summary>The network's coefficients of a polynomial target's monomials on the held-out samples.</summary>
    public MonomialMeans Means { get; init; } = MonomialMeans.None;

    /// <summary>The point of weights that are not finite: a loss that came out finite, because a comparison passed over NaN, is none.</summary>
    public CurvePoint OfDiverged() => this with
    {
        TrainLoss = float.IsFinite(TrainLoss) ? float.NaN : TrainLoss,
        TrainAccuracy = double.NaN,
        Accuracy = double.NaN,
        Loss = float.NaN,
        Means = MonomialMeans.None,
    };
}

/// <summary>Norms of all parameters of a network, weights and biases, as one vector.</summary>
/// <param name="L1">Sum of magnitudes.</param>
/// <param name="L2">Root of the sum of squares.</param>
/// <param name="Largest">Largest magnitude.</param>
public readonly record struct ParameterNorms(float L1, float L2, float Largest)
{
    /// <summary>Those that were not asked for.</summary>
    public static ParameterNorms None { get; } = new(float.NaN, float.NaN, float.NaN);
}

/// <summary>What a run made of one of its tasks.</summary>
/// <param name="Learned">The first step of the curve at which the task's loss was below the sweep's task loss; <see cref="Never"/> for none.</param>
/// <param name="Loss">Mean loss on samples of the task after the last step, in nats where it is logistic.</param>
public readonly record struct TaskRecord(long Learned, float Loss)
{
    /// <summary>The step of a task that was not learned.</summary>
    public const long Never = -1;

    /// <summary>What losses of a point's tasks are divided by for people: nats of a bit where the loss is logistic.</summary>
    public static double UnitOf(Point point) => point.Loss == Kernels.Loss.Logistic ? Math.Log(2) : 1;

    /// <summary>Whether the task was learned.</summary>
    public bool IsLearned => Learned != Never;
}

/// <summary>A run over its steps.</summary>
/// <param name="Points">In ascending order, from step 0 to the run's last one.</param>
/// <param name="HasGap">Whether the points have <see cref="CurvePoint.Gap"/>.</param>
public sealed record RunCurve(ImmutableArray<CurvePoint> Points, bool HasGap)
{
    /// <summary>Whether the points have <see cref="CurvePoint.Norms"/>.</summary>
    public bool HasNorms { get; init; }

    /// <summary>Monomials of the target whose coefficients the points have; 0 of a parity.</summary>
    public int Monomials { get; init; }

    /// <summary>The run's tasks in order; none where it has none.</summary>
    public ImmutableArray<TaskRecord> Tasks { get; init; } = [];

    /// <summary>[points][tasks]; the losses of the tasks at each point, in nats where they are logistic; none unless they were asked for.</summary>
    public ImmutableArray<float> TaskCurves { get; init; } = [];

    /// <summary>Most of <see cref="TaskCurves"/>.</summary>
    public const int MaxTaskCurves = 1 << 20;

    /// <summary>Most points of a curve.</summary>
    public const int MaxPoints = 10_000;
}

/// <summary>A finished run.</summary>
/// <param name="Record">How it ended.</param>
/// <param name="Curve">Its curve, where the sweep has curves.</param>
/// <param name="Parameters">The parameters that it ended with, laid out as kernels do, where they are kept.</param>
public readonly record struct FinishedRun(RunRecord Record, RunCurve? Curve = null, float[]? Parameters = null);

/// <summary>A run at a step of its curve, on its way.</summary>
/// <param name="Point">Index of its point.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="At">How it looks there.</param>
/// <param name="Parameters">Its parameters, laid out as kernels do, where they are kept; otherwise null.</param>
public readonly record struct RunAtStep(int Point, long Seed, CurvePoint At, float[]? Parameters);

/// <summary>When the parameters of runs are kept.</summary>
public enum KeptParameters
{
    Never,

    /// <summary>When a run has ended.</summary>
    AtEnd,

    /// <summary>At every point of its curve.</summary>
    AtCurve,
}
