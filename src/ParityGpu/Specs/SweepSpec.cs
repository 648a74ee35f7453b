using System.Collections.Immutable;

namespace ParityGpu.Specs;

/// <summary>
/// A sweep as the user asks for it: lists of settings that multiply out into points, and the seeds each point is
/// trained from. Its JSON form (<see cref="SpecFile"/>) and the command line's options have the same names.
/// </summary>
public sealed record SweepSpec
{
    public ImmutableArray<int> N { get; init; } = [30];

    public ImmutableArray<int> K { get; init; } = [3];

    public ImmutableArray<Model> Model { get; init; } = [Specs.Model.Mlp];

    public ImmutableArray<Activation> Activation { get; init; } = [Specs.Activation.Relu];

    public ImmutableArray<int> Width { get; init; } = [10, 30, 100, 300, 1000];

    public ImmutableArray<int> Batch { get; init; } = [64];

    public ImmutableArray<double> Lr { get; init; } = [1.0];

    public ImmutableArray<double> WeightDecay { get; init; } = [0.0];

    public ImmutableArray<Loss> Loss { get; init; } = [Specs.Loss.Hinge];

    public ImmutableArray<Init> Init { get; init; } = [Specs.Init.XavierUniform];

    public SubsetChoice Subset { get; init; } = SubsetChoice.First;

    public long Seeds { get; init; } = 100;

    public long FirstSeed { get; init; }

    public long MaxSteps { get; init; } = 100_000;

    public int TestSamples { get; init; } = 8192;

    /// <summary>The sweep of one point, whose settings it has; seeds are the defaults.</summary>
    public static SweepSpec Of(Point point) => new()
    {
        N = [point.N],
        K = [point.K],
        Model = [point.Model],
        Activation = [point.Activation],
        Width = [point.Width],
        Batch = [point.Batch],
        Lr = [point.LearningRate],
        WeightDecay = [point.WeightDecay],
        Loss = [point.Loss],
        Init = [point.Init],
        Subset = point.Subset,
        MaxSteps = point.MaxSteps,
        TestSamples = point.TestSamples,
    };

    /// <summary>Runs of the whole sweep: points × seeds. Does not overflow for a validated sweep.</summary>
    public long Runs => checked(
        (long)N.Length * K.Length * Model.Length * Activation.Length * Loss.Length
        * Init.Length * Width.Length * Batch.Length * Lr.Length * WeightDecay.Length * Seeds);

    /// <summary>The points in canonical order: the last list varies fastest.</summary>
    public IEnumerable<Point> Points() =>
        from n in N
        from k in K
        from model in Model
        from activation in Activation
        from loss in Loss
        from init in Init
        from width in Width
        from batch in Batch
        from lr in Lr
        from decay in WeightDecay
        select new Point(n, k, model, activation, width, batch, lr, decay, loss, init, Subset, MaxSteps, TestSamples);
}
