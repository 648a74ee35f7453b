using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// A sweep as the user asks for it: lists of settings that multiply out into points, and the seeds each point is
/// trained from. Its JSON form (<see cref="SpecFile"/>) and the command line's options have the same names.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Every default but the widths.</summary>
    private static readonly Point Standard = new(30, 3, 100, 64, 1);

    public ImmutableArray<int> N { get; init; } = [Standard.N];

    public ImmutableArray<int> K { get; init; } = [Standard.K];

    public ImmutableArray<Model> Model { get; init; } = [Standard.Model];

    public ImmutableArray<Activation> Activation { get; init; } = [Standard.Activation];

    public ImmutableArray<OutputLayer> Output { get; init; } = [Standard.Output];

    public ImmutableArray<int> Depth { get; init; } = [Standard.Depth];

    public ImmutableArray<int> DEmb { get; init; } = [Standard.DEmb];

    public ImmutableArray<int> Heads { get; init; } = [Standard.Heads];

    public ImmutableArray<int> DAttn { get; init; } = [Standard.DAttn];

    public ImmutableArray<int> Width { get; init; } = [10, 30, 100, 300, 1000];

    public ImmutableArray<int> Batch { get; init; } = [Standard.Batch];

    public ImmutableArray<double> Lr { get; init; } = [Standard.LearningRate];

    public ImmutableArray<double> WeightDecay { get; init; } = [Standard.WeightDecay];

    public ImmutableArray<Loss> Loss { get; init; } = [Standard.Loss];

    public ImmutableArray<Init> Init { get; init; } = [Standard.Init];

    /// <summary>0 stands for k.</summary>
    public ImmutableArray<int> Sparsity { get; init; } = [Standard.Sparsity];

    public ImmutableArray<InitialBiases> Biases { get; init; } = [Standard.Biases];

    /// <summary>0 stands for the run's own seed.</summary>
    public ImmutableArray<int> InitSeed { get; init; } = [Standard.InitSeed];

    public ImmutableArray<Optimizer> Optimizer { get; init; } = [Standard.Optimizer];

    public ImmutableArray<TrainedLayers> Train { get; init; } = [Standard.Train];

    /// <summary>0 stands for fresh batches.</summary>
    public ImmutableArray<int> Samples { get; init; } = [Standard.Samples];

    public ImmutableArray<double> Noise { get; init; } = [Standard.Noise];

    public Schedule Schedule { get; init; } = Standard.Schedule;

    public double Momentum { get; init; } = Standard.Momentum;

    public double Beta2 { get; init; } = Standard.Beta2;

    public double Epsilon { get; init; } = Standard.Epsilon;

    public double TargetAccuracy { get; init; } = Standard.TargetAccuracy;

    public SubsetChoice Subset { get; init; } = Standard.Subset;

    public long Seeds { get; init; } = 100;

    public long FirstSeed { get; init; }

    public long MaxSteps { get; init; } = Standard.MaxSteps;

    public int TestSamples { get; init; } = Standard.TestSamples;

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

    /// <summary>What the lists multiply out into, settings that a network does not have included.</summary>
    internal IEnumerable<Point> Combinations() =>
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
        select new Point(n, k, width, batch, lr)
        {
            Model = model,
            Activation = activation,
            WeightDecay = decay,
            Loss = loss,
            Init = init,
            Subset = Subset,
            MaxSteps = MaxSteps,
            TestSamples = TestSamples,
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
