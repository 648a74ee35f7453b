using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// A sweep as specified by the user: lists of settings that multiply out into points, and the seeds from which each point is trained. Its JSON form
/// (<see cref="SpecFile"/>) and the command line's options have the same names.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>Gradient counts stay exact in float up to here (kernels/NUMERICS.md).</summary>
    internal const int MaxBatch = 1 << 24;

    /// <summary>Maximum number of points of a finite sample: their words are indexed with 32 bits.</summary>
    private const int MaxSamples = 1 << 24;

    /// <summary>Largest dimension inside a transformer.</summary>
    private const int MaxDimension = 1 << 16;

    /// <summary>Maximum number of inputs and hidden units: 32-bit indices, with room to round up to whole blocks of lanes.</summary>
    internal const int MaxSize = int.MaxValue - 64;

    /// <summary>Every default except the widths.</summary>
    internal static readonly Point Standard = new(30, 3, 100, 64, 1);

    [Setting("inputs", 1, MaxSize)]
    public ImmutableArray<int> N { get; init; } = [Standard.N];

    [Setting("parity degree, at most n", 1, MaxSize)]
    public ImmutableArray<int> K { get; init; } = [Standard.K];

    [Setting("what is learned: parity of k inputs, or a sum of at most 8 parities of the hidden coordinates x1, x2, ... (with --tasks, of each task's inputs), such as x1+0.5x1x2", LeftOutAtDefault = true)]
    public ImmutableArray<Target> Target { get; init; } = [Standard.Target];

    [Setting("parities that one network learns at once, distinguished by control bits: none, a number of tasks of k randomly drawn inputs each, or a list such as c1:x1x2+c2:x3-x5", LeftOutAtDefault = true)]
    public ImmutableArray<TaskList> Tasks { get; init; } = [Standard.Tasks];

    [Setting("exponent alpha of drawn tasks: the i-th has a frequency proportional to i^-(alpha+1); -1 makes all frequencies equal", -1.0, 10.0, LeftOutAtDefault = true)]
    public ImmutableArray<double> Zipf { get; init; } = [Standard.Zipf];

    [Setting("seed from which the inputs of drawn tasks are drawn, the same for all runs", 0, int.MaxValue, LeftOutAtDefault = true)]
    public ImmutableArray<int> TaskSeed { get; init; } = [Standard.TaskSeed];

    [Setting("how the samples of a batch are divided among tasks, by frequency or the same number for each", LeftOutAtDefault = true)]
    public ImmutableArray<TaskBatch> TaskBatch { get; init; } = [Standard.TaskBatch];

    [Setting("number of first steps whose batches hold a single task each, drawn by frequency; later every sample draws its own", 0, int.MaxValue, LeftOutAtDefault = true)]
    public ImmutableArray<int> SingleSteps { get; init; } = [Standard.SingleSteps];

    [Setting("network family")]
    public ImmutableArray<Model> Model { get; init; } = [Standard.Model];

    [Setting("activation of the hidden layer")]
    public ImmutableArray<Activation> Activation { get; init; } = [Standard.Activation];

    [Setting("output layer of an mlp; fixed means u = 1, c = 0")]
    public ImmutableArray<OutputLayer> Output { get; init; } = [Standard.Output];

    [Setting("number of outputs: 1, or 2 with cross-entropy, that is, --loss logistic of their difference", 1, 2, LeftOutAtDefault = true)]
    public ImmutableArray<int> Logits { get; init; } = [Standard.Logits];

    [Setting("weight layers of a deep network", 2, SchedulePhase.MaxLayers)]
    public ImmutableArray<int> Depth { get; init; } = [Standard.Depth];

    [Setting("dimension of a transformer's embeddings", 1, MaxDimension)]
    public ImmutableArray<int> DEmb { get; init; } = [Standard.DEmb];

    [Setting("attention heads of a transformer", 1, MaxDimension)]
    public ImmutableArray<int> Heads { get; init; } = [Standard.Heads];

    [Setting("dimension of an attention head", 1, MaxDimension)]
    public ImmutableArray<int> DAttn { get; init; } = [Standard.DAttn];

    [Setting("hidden units; k in a polynet", 1, MaxSize)]
    public ImmutableArray<int> Width { get; init; } = [10, 30, 100, 300, 1000];

    [Setting("samples per step", 1, MaxBatch)]
    public ImmutableArray<int> Batch { get; init; } = [Standard.Batch];

    // Kernels compute in single precision: outside these bounds a step size would be 0 or infinite there.
    [Setting("learning rate", 1e-30, 1e30, OfPoint = nameof(Point.LearningRate))]
    public ImmutableArray<double> Lr { get; init; } = [Standard.LearningRate];

    [Setting("weights shrink by this fraction each step, with adamw by this times the learning rate", 0.0, 1.0)]
    public ImmutableArray<double> WeightDecay { get; init; } = [Standard.WeightDecay];

    [Setting("training loss")]
    public ImmutableArray<Loss> Loss { get; init; } = [Standard.Loss];

    [Setting("distribution of initial weights and biases")]
    public ImmutableArray<Init> Init { get; init; } = [Standard.Init];

    [Setting("standard deviation of --init gaussian, and of the noise on the signs of --init rademacher", 0.0, 1000.0, LeftOutAtDefault = true)]
    public ImmutableArray<double> InitSigma { get; init; } = [Standard.InitSigma];

    /// <summary>0 stands for k.</summary>
    [Setting("inputs that each neuron sees initially under --init sparse; k means the parity degree", "k", MaxSize)]
    public ImmutableArray<int> Sparsity { get; init; } = [Standard.Sparsity];

    [Setting("initial biases, drawn like the weights or zero")]
    public ImmutableArray<InitialBiases> Biases { get; init; } = [Standard.Biases];

    /// <summary>0 stands for the run's own seed.</summary>
    [Setting("seed of the initial weights and biases: the run's own, or one shared by all runs", "own", int.MaxValue)]
    public ImmutableArray<int> InitSeed { get; init; } = [Standard.InitSeed];

    [Setting("update rule")]
    public ImmutableArray<Optimizer> Optimizer { get; init; } = [Standard.Optimizer];

    [Setting("layers that are trained; layerwise is for deep networks")]
    public ImmutableArray<TrainedLayers> Train { get; init; } = [Standard.Train];

    /// <summary>0 stands for fresh batches.</summary>
    [Setting("points of a finite training sample, or online for fresh batches", "online", MaxSamples)]
    public ImmutableArray<int> Samples { get; init; } = [Standard.Samples];

    [Setting("probability that a training label is flipped", 0.0, 0.5)]
    public ImmutableArray<double> Noise { get; init; } = [Standard.Noise];

    [Setting("encoding of the inputs to the first layer, x = +1 or -1 itself, or (1-x)/2 = 0 or 1", LeftOutAtDefault = true)]
    public ImmutableArray<InputEncoding> Encoding { get; init; } = [Standard.Encoding];

    [Setting("probability that an input of a training sample is -1", 0.0, 1.0, LeftOutAtDefault = true)]
    public ImmutableArray<double> InputBias { get; init; } = [Standard.InputBias];

    [Setting("fraction of the training samples with biased inputs; the others are uniform", 0.0, 1.0, LeftOutAtDefault = true)]
    public ImmutableArray<double> Mixture { get; init; } = [Standard.Mixture];

    /// <summary>0 stands for all steps.</summary>
    [Setting("number of first steps with biased inputs, or all; the inputs of later steps are uniform", "all", int.MaxValue, LeftOutAtDefault = true)]
    public ImmutableArray<int> BiasedSteps { get; init; } = [Standard.BiasedSteps];

    [Setting("inputs of a training sample by step, a curriculum: FROM=BIAS[:MIXTURE],...", LeftOutAtDefault = true)]
    public InputSchedule InputSchedule { get; init; } = Standard.InputSchedule;

    [Setting("factors of the learning rate by step and layer, and weight decay: FROM=FACTOR[:FACTOR...][@DECAY],...")]
    public Schedule Schedule { get; init; } = Standard.Schedule;

    [Setting("momentum, and the first beta of adam and adamw", 0.0, 1.0)]
    public double Momentum { get; init; } = Standard.Momentum;

    [Setting("second beta of adam and adamw", 0.0, 1.0)]
    public double Beta2 { get; init; } = Standard.Beta2;

    [Setting("epsilon of adam and adamw", 1e-30, 1.0)]
    public double Epsilon { get; init; } = Standard.Epsilon;

    [Setting("runs per point", 1L, SpecValidation.MaxRuns)]
    public long Seeds { get; init; } = 100;

    [Setting("seed of a point's first run; the others follow", 0L, long.MaxValue - 1)]
    public long FirstSeed { get; init; }

    [Setting("relevant inputs, the first k or k drawn from the seed; in a disjoint-polynet, one from each block")]
    public SubsetChoice Subset { get; init; } = Standard.Subset;

    [Setting("steps after which an unsolved run ends", 1L, 1_000_000_000_000)]
    public long MaxSteps { get; init; } = Standard.MaxSteps;

    [Setting("held-out samples per convergence check", 1, 1 << 30)]
    public int TestSamples { get; init; } = Standard.TestSamples;

    [Setting("when held-out samples decide whether a run is solved: after error-free training batches, at the end of each epoch of --samples, every N steps, or never", LeftOutAtDefault = true)]
    public CheckTimes Check { get; init; } = Standard.Check;

    [Setting("fraction of the held-out samples that a solved run gets right", 0.5, 1.0)]
    public double TargetAccuracy { get; init; } = Standard.TargetAccuracy;

    [Setting("mean square loss on the held-out samples at which a run with a polynomial target is solved", 1e-30, 1e30, LeftOutAtDefault = true)]
    public double TargetLoss { get; init; } = Standard.TargetLoss;

    [Setting("held-out samples per task at each step of --curve", 1, 1 << 16, LeftOutAtDefault = true)]
    public int TaskSamples { get; init; } = Standard.TaskSamples;

    [Setting("loss, in bits for --loss logistic, below which a task counts as learned at a step of --curve", 1e-30, 1e30, LeftOutAtDefault = true)]
    public double TaskLoss { get; init; } = Standard.TaskLoss;

    /// <summary>The steps at which runs are measured.</summary>
    [Setting("steps at which loss, accuracy and movement are logged: every m steps, or log:q for q steps per factor of ten")]
    public CurveSteps Curve { get; init; } = CurveSteps.None;

    /// <summary>Whether curves have the Fourier gap of the population gradient.</summary>
    [Setting("whether curves include the Fourier gap of the population gradient, computed from all 2^n inputs")]
    public bool CurveGap { get; init; }

    /// <summary>Whether curves have norms of the parameters.</summary>
    [Setting("whether curves include norms of all parameters: L1, L2, and the largest magnitude", LeftOutAtDefault = true)]
    public bool CurveNorms { get; init; }

    /// <summary>Whether curves have the loss of every task.</summary>
    [Setting("whether curves include the loss of each of the --tasks at every point", LeftOutAtDefault = true)]
    public bool CurveTasks { get; init; }

    /// <summary>The sweep that consists of one point, with the default seeds.</summary>
    public static SweepSpec Of(Point point)
    {
        var sweep = new SweepSpec();
        foreach (SpecSetting setting in SpecSetting.OfPoints)
            setting.Copy(point, sweep);

        return sweep;
    }

    /// <summary>The sweep that consists of one of this sweep's points, with the same curves and the default seeds.</summary>
    public SweepSpec OnlyOf(Point point) =>
        Of(point) with { Curve = Curve, CurveGap = CurveGap, CurveNorms = CurveNorms, CurveTasks = CurveTasks };

    /// <summary>Runs of the whole sweep: points × seeds. Does not overflow for a validated sweep.</summary>
    public long Runs => checked(Points().LongCount() * Seeds);

    /// <summary>
    /// The distinct points in canonical order: the last list varies fastest. Settings that a network does not have are at their defaults, so a
    /// PolyNet of two widths is one point.
    /// </summary>
    public IEnumerable<Point> Points() => Combinations().Select(point => point.Normalised()).Distinct();

    /// <summary>All combinations of the lists' values, including settings that a network does not have.</summary>
    internal IEnumerable<Point> Combinations() =>
        SpecSetting.Nesting.Aggregate(First(), (points, setting) => setting.Spread(this, points));

    /// <summary>A new point for each caller, to be filled with the sweep's values.</summary>
    private static IEnumerable<Point> First()
    {
        yield return Standard with { };
    }
}
