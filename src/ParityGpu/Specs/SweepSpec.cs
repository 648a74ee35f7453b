using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// A sweep as the user asks for it: lists of settings that multiply out into points, and the seeds each point is
/// trained from. Its JSON form (<see cref="SpecFile"/>) and the command line's options have the same names.
/// </summary>
public sealed record SweepSpec
{
    public ImmutableArray<int> N { get; init; } = [30];

    public ImmutableArray<int> K { get; init; } = [3];

    public ImmutableArray<Model> Model { get; init; } = [Kernels.Model.Mlp];

    public ImmutableArray<Activation> Activation { get; init; } = [Kernels.Activation.Relu];

    public ImmutableArray<OutputLayer> Output { get; init; } = [OutputLayer.Trained];

    public ImmutableArray<int> Depth { get; init; } = [Point.DefaultDepth];

    public ImmutableArray<int> DEmb { get; init; } = [32];

    public ImmutableArray<int> Heads { get; init; } = [4];

    public ImmutableArray<int> DAttn { get; init; } = [8];

    public ImmutableArray<int> Width { get; init; } = [10, 30, 100, 300, 1000];

    public ImmutableArray<int> Batch { get; init; } = [64];

    public ImmutableArray<double> Lr { get; init; } = [1.0];

    public ImmutableArray<double> WeightDecay { get; init; } = [0.0];

    public ImmutableArray<Loss> Loss { get; init; } = [Kernels.Loss.Hinge];

    public ImmutableArray<Init> Init { get; init; } = [Specs.Init.XavierUniform];

    /// <summary>0 stands for k.</summary>
    public ImmutableArray<int> Sparsity { get; init; } = [0];

    public ImmutableArray<InitialBiases> Biases { get; init; } = [InitialBiases.Random];

    /// <summary>0 stands for the run's own seed.</summary>
    public ImmutableArray<int> InitSeed { get; init; } = [0];

    public ImmutableArray<Optimizer> Optimizer { get; init; } = [Kernels.Optimizer.Sgd];

    public ImmutableArray<TrainedLayers> Train { get; init; } = [TrainedLayers.All];

    /// <summary>0 stands for fresh batches.</summary>
    public ImmutableArray<int> Samples { get; init; } = [0];

    public ImmutableArray<double> Noise { get; init; } = [0.0];

    public Schedule Schedule { get; init; } = Schedule.Constant;

    public double Momentum { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-8;

    public double TargetAccuracy { get; init; } = 1;

    public SubsetChoice Subset { get; init; } = SubsetChoice.First;

    public long Seeds { get; init; } = 100;

    public long FirstSeed { get; init; }

    public long MaxSteps { get; init; } = 100_000;

    public int TestSamples { get; init; } = 8192;

    /// <summary>The steps at which runs are looked into.</summary>
    public CurveSteps Curve { get; init; } = CurveSteps.None;

    /// <summary>Whether curves have the Fourier gap of the population gradient.</summary>
    public bool CurveGap { get; init; }

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
        Output = [point.Output],
        Depth = [point.Depth],
        DEmb = [point.DEmb],
        Heads = [point.Heads],
        DAttn = [point.DAttn],
        Sparsity = [point.Sparsity],
        Biases = [point.Biases],
        InitSeed = [point.InitSeed],
        Optimizer = [point.Optimizer],
        Train = [point.Train],
        Samples = [point.Samples],
        Noise = [point.Noise],
        Schedule = point.Schedule,
        Momentum = point.Momentum,
        Beta2 = point.Beta2,
        Epsilon = point.Epsilon,
        TargetAccuracy = point.TargetAccuracy,
        Subset = point.Subset,
        MaxSteps = point.MaxSteps,
        TestSamples = point.TestSamples,
    };

    /// <summary>Runs of the whole sweep: points × seeds. Does not overflow for a validated sweep.</summary>
    public long Runs => checked(Points().LongCount() * Seeds);

    /// <summary>
    /// The different points in canonical order: the last list varies fastest. Settings that a network does not have are at their
    /// defaults, so a PolyNet of two widths is one point.
    /// </summary>
    public IEnumerable<Point> Points() => Combinations().Select(point => point.Normalised()).Distinct();

    private IEnumerable<Point> Combinations() =>
        from n in N
        from k in K
        from model in Model
        from activation in Activation
        from output in Output
        from depth in Depth
        from embedding in DEmb
        from heads in Heads
        from head in DAttn
        from loss in Loss
        from init in Init
        from sparsity in Sparsity
        from biases in Biases
        from initSeed in InitSeed
        from width in Width
        from optimizer in Optimizer
        from train in Train
        from samples in Samples
        from noise in Noise
        from batch in Batch
        from lr in Lr
        from decay in WeightDecay
        select new Point(n, k, model, activation, width, batch, lr, decay, loss, init, Subset, MaxSteps, TestSamples)
        {
            Output = output,
            Depth = depth,
            DEmb = embedding,
            Heads = heads,
            DAttn = head,
            Sparsity = sparsity,
            Biases = biases,
            InitSeed = initSeed,
            Optimizer = optimizer,
            Momentum = Momentum,
            Beta2 = Beta2,
            Epsilon = Epsilon,
            Schedule = Schedule,
            Train = train,
            Samples = samples,
            Noise = noise,
            TargetAccuracy = TargetAccuracy,
        };
}
