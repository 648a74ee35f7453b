using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Runs;

/// <summary>The kernels that train a point.</summary>
public enum KernelPath
{
    /// <summary>Population counts: the two-layer ReLU network with hinge loss and plain SGD on fresh batches.</summary>
    Counts,

    /// <summary>Real numbers: everything (kernels/NUMERICS.md, the general path).</summary>
    General,
}

/// <summary>What all runs of a bank share: the launch arguments.</summary>
public sealed record BankShape
{
    public required int Inputs { get; init; }

    /// <summary>Control bits among the inputs.</summary>
    public required int Controls { get; init; }

    /// <summary>Tasks, or 0.</summary>
    public required int Tasks { get; init; }

    /// <summary>Maximum number of control bits that a task sets.</summary>
    public required int TaskControls { get; init; }

    /// <summary>Maximum number of inputs of a task.</summary>
    public required int TaskInputs { get; init; }

    public required int Width { get; init; }

    public required int Batch { get; init; }

    /// <summary>Largest parity degree.</summary>
    public required int Degree { get; init; }

    public required KernelPath Path { get; init; }

    public required Model Model { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>Encoding of inputs as numbers.</summary>
    public required InputEncoding Encoding { get; init; }

    public required int Depth { get; init; }

    public required int Embedding { get; init; }

    public required int Heads { get; init; }

    public required int HeadSize { get; init; }

    public required Optimizer Optimizer { get; init; }

    /// <summary>Points of the finite sample, or 0.</summary>
    public required int Samples { get; init; }

    /// <summary>Maximum number of phases in a schedule.</summary>
    public required int Phases { get; init; }

    /// <summary>Maximum number of phases with biased inputs.</summary>
    public required int InputPhases { get; init; }

    /// <summary>Maximum number of monomials in a polynomial target.</summary>
    public required int Monomials { get; init; }

    /// <summary>The shape a point needs. <paramref name="path"/> is the point's own unless given.</summary>
    public static BankShape Of(Point point, KernelPath? path = null) => new()
    {
        Inputs = point.Inputs,
        Controls = point.Tasks.Controls,
        Tasks = point.Tasks.Count,
        TaskControls = point.Tasks.MostControls,
        TaskInputs = point.Tasks.IsDrawn ? point.K : point.Tasks.MostInputs,
        Width = point.Width,
        Batch = point.Batch,
        Degree = point.K,
        Path = path ?? PathOf(point),
        Model = point.Model,
        Activation = point.Activation,
        Encoding = point.Encoding,
        Depth = point.Depth,
        Embedding = point.DEmb,
        Heads = point.Heads,
        HeadSize = point.DAttn,
        Optimizer = point.KernelOptimizer,
        Samples = point.Samples,
        Phases = point.Schedule.Phases.Length,
        InputPhases = RunPlan.InputPhases(point).Length,
        Monomials = point.Target.Monomials.Length,
    };

    /// <summary>The point's shape without the sizes that may be larger in a bank than a point needs: equal for points that share a bank.</summary>
    public static BankShape KeyOf(Point point) => Of(point) with { Degree = 0, Phases = 0, InputPhases = 0, Monomials = 0 };

    /// <summary>The shape of a bank for points of one key.</summary>
    public static BankShape Covering(IReadOnlyList<Point> points) => Of(points[0]) with
    {
        Degree = points.Max(point => point.K),
        Phases = points.Max(point => point.Schedule.Phases.Length),
        InputPhases = points.Max(point => RunPlan.InputPhases(point).Length),
        Monomials = points.Max(point => point.Target.Monomials.Length),
    };

    /// <summary>The launch arguments of a bank.</summary>
    public LaunchShape Launch(int slots)
    {
        var shape = new LaunchShape
        {
            Inputs = Inputs,
            Controls = Controls,
            Tasks = Tasks,
            TaskControls = TaskControls,
            TaskInputs = TaskInputs,
            Width = Width,
            Batch = Batch,
            Slots = slots,
            SubsetStride = Degree,
            Model = (int)Model,
            Activation = (int)Activation,
            Encoding = (int)Encoding,
            Depth = Depth,
            Embedding = Embedding,
            Heads = Heads,
            HeadSize = HeadSize,
            Optimizer = (int)Optimizer,
            Samples = Samples,
            Phases = Phases,
            InputPhases = Math.Max(InputPhases, 1),
            Coefficients = Activation == Activation.Polynomial ? Degree + 1 : 1,
            Monomials = Math.Max(Monomials, 1),
        };
        shape.Attention = Kernels.Simt.AttentionShape.Of(shape);
        return shape;
    }

    /// <summary>
    /// The counting kernels train the default network with the settings named here. Any other
    /// setting puts a point on the general path, which supports all of them.
    /// </summary>
    private static KernelPath PathOf(Point point)
    {
        var counting = new Point(point.N, point.K, point.Width, point.Batch, point.LearningRate)
        {
            WeightDecay = point.WeightDecay,
            Init = point.Init == Init.Sparse ? Init.XavierUniform : point.Init,
            InitSigma = point.InitSigma,
            InitSeed = point.InitSeed,
            InputBias = point.InputBias,
            Mixture = point.Mixture,
            BiasedSteps = point.BiasedSteps,
            InputSchedule = point.InputSchedule,
            Biases = point.Biases,
            Subset = point.Subset,
            MaxSteps = point.MaxSteps,
            TestSamples = point.TestSamples,
            TargetAccuracy = point.TargetAccuracy,
            Check = point.Check,
        };
        return point.Normalised() == counting ? KernelPath.Counts : KernelPath.General;
    }
}
