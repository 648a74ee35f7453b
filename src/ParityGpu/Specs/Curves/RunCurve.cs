using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>What was measured in a run after some steps.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="TrainLoss">Mean loss of the batch that the next step trains on, or of the finite sample.</param>
/// <param name="TrainAccuracy">Fraction of those samples classified in agreement with the labels trained on; NaN for a polynomial target.</param>
/// <param name="Accuracy">Fraction of the held-out samples that are classified correctly; NaN for a polynomial target.</param>
/// <param name="Movement">ρ, the largest distance of a parameter from its initial value.</param>
/// <param name="MovementRelevant">The same over the first layer's weights from relevant inputs.</param>
/// <param name="MovementIrrelevant">The same over those from irrelevant inputs; 0 if there are none.</param>
/// <param name="Gap">Fourier gap of the population gradient; NaN unless it was requested.</param>
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
    /// For a polynomial target, the mean square loss on the held-out samples; for tasks,
    /// the mean of their losses weighted by frequency; NaN otherwise.
    /// </summary>
    public float Loss { get; init; } = float.NaN;

    /// <summary>Norms of the parameters; NaN unless they were requested.</summary>
    public ParameterNorms Norms { get; init; } = ParameterNorms.None;

    /// <summary>The network's coefficients of a polynomial target's monomials on the held-out samples.</summary>
    public MonomialMeans Means { get; init; } = MonomialMeans.None;

    /// <summary>The point for weights that are not finite: a finite loss, the result of a comparison that ignored NaN, becomes NaN.</summary>
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
    /// <summary>Norms that were not requested.</summary>
    public static ParameterNorms None { get; } = new(float.NaN, float.NaN, float.NaN);
}

/// <summary>A run's result on one of its tasks.</summary>
/// <param name="Learned">The first step of the curve at which the task's loss was below the
/// sweep's task loss; <see cref="Never"/> if there is none.</param>
/// <param name="Loss">Mean loss on samples of the task after the last step, in nats if it is logistic.</param>
public readonly record struct TaskRecord(long Learned, float Loss)
{
    /// <summary>The step of a task that was not learned.</summary>
    public const long Never = -1;

    /// <summary>Divisor that converts losses of a point's tasks for display: nats per bit if the loss is logistic, otherwise 1.</summary>
    public static double UnitOf(Point point) => point.Loss == Kernels.Loss.Logistic ? Math.Log(2) : 1;

    /// <summary>Whether the task was learned.</summary>
    public bool IsLearned => Learned != Never;

    /// <summary>The step at which it was learned; null if it was not.</summary>
    public long? LearnedStep() => IsLearned ? Learned : null;
}

/// <summary>The curve of a run.</summary>
/// <param name="Points">In ascending order, from step 0 to the run's last one.</param>
/// <param name="HasGap">Whether the points have <see cref="CurvePoint.Gap"/>.</param>
public sealed record RunCurve(ImmutableArray<CurvePoint> Points, bool HasGap)
{
    /// <summary>Whether the points have <see cref="CurvePoint.Norms"/>.</summary>
    public bool HasNorms { get; init; }

    /// <summary>Number of the target's monomials whose coefficients the points have; 0 for a parity.</summary>
    public int Monomials { get; init; }

    /// <summary>The run's tasks in order; empty if it has none.</summary>
    public ImmutableArray<TaskRecord> Tasks { get; init; } = [];

    /// <summary>[points][tasks]; the losses of the tasks at each point, in nats if they are logistic; empty unless they were requested.</summary>
    public ImmutableArray<float> TaskCurves { get; init; } = [];

    /// <summary>Maximum length of <see cref="TaskCurves"/>.</summary>
    public const int MaxTaskCurves = 1 << 20;

    /// <summary>Maximum number of points in a curve.</summary>
    public const int MaxPoints = 10_000;

    /// <summary>[tasks]; the losses of the tasks at a point, if the curve has them.</summary>
    public ReadOnlySpan<float> TaskLosses(int point) => TaskCurves.AsSpan(point * Tasks.Length, Tasks.Length);
}

/// <summary>A finished run.</summary>
/// <param name="Record">How it ended.</param>
/// <param name="Curve">Its curve, if the sweep has curves.</param>
/// <param name="Parameters">Its final parameters in the kernels' layout, if they are kept.</param>
public readonly record struct FinishedRun(RunRecord Record, RunCurve? Curve = null, float[]? Parameters = null);

/// <summary>A run under way, at a step of its curve.</summary>
/// <param name="Point">Index of its point.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="At">What was measured there.</param>
/// <param name="Parameters">Its parameters in the kernels' layout if they are kept, otherwise null.</param>
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
