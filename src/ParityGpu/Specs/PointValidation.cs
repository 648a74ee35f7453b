using ParityGpu.Kernels;
using ParityGpu.Theory;

namespace ParityGpu.Specs;

/// <summary>Checks which settings of a point are compatible.</summary>
internal static class PointValidation
{
    /// <summary>Interpolation through k + 1 points in single precision stays accurate up to here.</summary>
    public const int MaxPolynomialDegree = 12;

    /// <summary>Maximum number of weights in each matrix of an attention layer: 32-bit indices into a worker's memory.</summary>
    private const long MaxAttentionWeights = 1L << 26;

    /// <exception cref="UserErrorException">Two settings are incompatible.</exception>
    public static void Check(Point point)
    {
        if (!point.Target.IsParity)
            CheckPolynomial(point);

        if (point.Tasks != TaskList.None)
            CheckTasks(point);

        if (point.Model.HasActivation())
            CheckActivation(point);

        switch (point.Model)
        {
            case Model.DisjointPolynet when point.N % point.K != 0:
                throw new UserErrorException(
                    $"--n {point.N}: must be a multiple of k (k = {point.K}) for --model disjoint-polynet");
            case Model.Transformer when (long)point.Heads * point.DAttn * point.DEmb > MaxAttentionWeights:
                throw new UserErrorException(
                    $"--d-emb {point.DEmb}: d-emb · heads · d-attn = {(long)point.Heads * point.DAttn * point.DEmb}; must be at most {MaxAttentionWeights}");
            case Model.Transformer when point.Init is Init.Sparse or Init.Rademacher:
                throw new UserErrorException(
                    $"--init {Name(point.Init)}: is not supported with --model transformer, which has no weights from inputs to neurons; must be another initialisation");
        }

        if (point.Init == Init.Gaussian && (float)point.InitSigma == 0)
            throw new UserErrorException($"--init-sigma {point.InitSigma}: must be above 0 with --init gaussian, whose parameters would all be 0");

        if (point.Init == Init.Sparse && point.Sparsity > point.N)
            throw new UserErrorException($"--sparsity {point.Sparsity}: must be at most n (n = {point.N})");

        if (point.Init == Init.Sparse && point.Model == Model.DisjointPolynet)
            throw new UserErrorException("--init sparse: is not supported with --model disjoint-polynet, whose neurons see a block of inputs each; must be another initialisation");

        if (point.Train == TrainedLayers.Layerwise && !point.Model.IsDeep())
            throw new UserErrorException("--train layerwise: must be used with --model deep or deep-mlp");

        if (point.Train == TrainedLayers.Output && !point.Model.HasOutputLayer())
            throw new UserErrorException($"--train output: must be used with a model that has an output layer, not {Name(point.Model)}");

        if (point.Train == TrainedLayers.Output && point.Output == OutputLayer.Fixed)
            throw new UserErrorException("--train output: must be used with --output trained");

        if (point.Samples > 0 && point.Batch > point.Samples)
            throw new UserErrorException($"--batch {point.Batch}: must be at most the {point.Samples} points of --samples");

        if (point.Check == CheckTimes.Epoch && point.Samples == 0)
            throw new UserErrorException("--check epoch: must be used with --samples, because fresh batches have no epochs; an integer N checks every N steps");

        if (point.KernelOptimizer == Optimizer.Adam)
        {
            CheckBeta(point, "--momentum", point.Momentum);
            CheckBeta(point, "--beta2", point.Beta2);
        }

        int layers = point.Schedule.Phases.Max(phase => phase.Factors.Length);
        if (layers > point.Layers)
        {
            throw new UserErrorException(
                $"--schedule {point.Schedule}: {layers} factors; must be at most {point.Layers}, one per layer of --model {Name(point.Model)}");
        }

        if (point.Optimizer == Optimizer.Adamw)
            CheckDecay(point);
    }

    /// <summary>AdamW shrinks a layer by its learning rate times the decay; here, all layers must shrink alike.</summary>
    private static void CheckDecay(Point point)
    {
        foreach (Schedule.Phase phase in point.Schedule.Phases.Where(phase => (phase.Decay ?? point.WeightDecay) > 0))
        {
            if (phase.Factors.Distinct().Count() > 1)
            {
                throw new UserErrorException(
                    $"--schedule {point.Schedule}: must be a single factor in every phase with weight decay under --optimizer adamw, which multiplies the decay by the rate");
            }

            if (point.Decay(phase) > 1)
            {
                string decay = phase.Decay is null ? $"--weight-decay {point.WeightDecay}" : $"--schedule {point.Schedule}";
                throw new UserErrorException(
                    $"{decay}: the decay times the learning rate must be at most 1 with --optimizer adamw; it is {point.Decay(phase)}");
            }
        }
    }

    private static void CheckPolynomial(Point point)
    {
        if (point.K > point.N)
            throw new UserErrorException($"--target {point.Target}: names x{point.K}; must be restricted to inputs up to x{point.N} (n = {point.N})");

        if (point.Loss != Loss.Square)
        {
            throw new UserErrorException(
                $"--loss {Name(point.Loss)}: must be square with --target {point.Target}, whose labels are real numbers");
        }
    }

    private static void CheckTasks(Point point)
    {
        TaskList tasks = point.Tasks;
        if (!point.Model.HasActivation())
            throw new UserErrorException($"--tasks {tasks}: must be used with --model mlp or deep-mlp, not {Name(point.Model)}");

        if ((long)point.N + tasks.Controls > SweepSpec.MaxSize)
            throw new UserErrorException($"--n {point.N}: must be at most {SweepSpec.MaxSize - tasks.Controls} with the {tasks.Controls} control bits of --tasks");

        if (tasks.Inputs > point.N)
            throw new UserErrorException($"--tasks {tasks}: names x{tasks.Inputs}; must be restricted to inputs up to x{point.N} (n = {point.N})");

        if (!point.Target.IsParity && tasks.Listed.FirstOrDefault(task => task.Inputs.Length != point.K) is { } other)
        {
            throw new UserErrorException(
                $"--tasks {tasks}: must list tasks of {point.K} inputs each with --target {point.Target}, in which x{point.K} is a task's last input; one has {other.Inputs.Length}");
        }

        if (tasks.IsDrawn && point.K <= point.N && FourierCoefficients.Binomial(point.N, point.K) < tasks.Count)
        {
            throw new UserErrorException(
                $"--tasks {tasks}: must be at most {FourierCoefficients.Binomial(point.N, point.K)}, the number of sets of {point.K} of {point.N} inputs (--k, --n)");
        }

        if (point.Init == Init.Sparse)
            throw new UserErrorException("--init sparse: is not supported with --tasks, whose control bits all neurons see; must be another initialisation");

        if (point.TaskBatch == TaskBatch.Equal && point.Samples > 0)
            throw new UserErrorException("--task-batch equal: must be used with fresh batches, not with --samples");

        if (point.TaskBatch == TaskBatch.Equal && point.Batch % tasks.Count != 0)
            throw new UserErrorException($"--batch {point.Batch}: must be a multiple of the {tasks.Count} tasks with --task-batch equal");
    }

    private static void CheckActivation(Point point)
    {
        if (point.Activation == Activation.Power && point.K == 1)
            throw new UserErrorException("--k 1: must be at least 2 for --activation power: z^1 makes a linear network");

        if (point.Activation == Activation.Polynomial && point.K > MaxPolynomialDegree)
            throw new UserErrorException($"--k {point.K}: must be at most {MaxPolynomialDegree} for --activation polynomial");
    }

    /// <summary>Adam divides by 1 − β^t, in single precision.</summary>
    private static void CheckBeta(Point point, string option, double beta)
    {
        if ((float)beta == 1)
            throw new UserErrorException($"{option} {beta}: must be below 1 in single precision for --optimizer {Name(point.Optimizer)}");
    }

    private static string Name<T>(T value)
        where T : struct, Enum => new NameKind<T>().Format(value);
}
