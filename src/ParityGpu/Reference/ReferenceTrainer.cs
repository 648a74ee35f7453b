using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// The oracle of the tests: one run trained in double precision by plain loops and the chain rule, from the same samples and initial parameters as
/// the kernels. Its trajectory differs from theirs only by rounding.
/// </summary>
/// <param name="point">What is trained; valid and normalised.</param>
/// <param name="seed">Seed of the run.</param>
public sealed class ReferenceTrainer(Point point, long seed)
{
    private const int WindowSamples = 32;

    private readonly ILoss loss = Losses.Named(point.Loss);
    private readonly RunSettings settings = RunPlan.Settings(point, seed);
    private readonly int window = (WindowSamples + point.Batch - 1) / point.Batch;
    private OptimizerRule? optimizer;
    private int cleanBatches;
    private double windowErrors;
    private bool isCheckDue;

    /// <summary>The network that is trained.</summary>
    public ReferenceNetwork Network { get; } = AtStart(point, seed);

    /// <summary>Current parameters, in the order of <see cref="Network"/>.</summary>
    public double[] Parameters => Network.Parameters;

    /// <summary>Steps taken, t.</summary>
    public long Steps { get; private set; }

    /// <summary>The batch that the next step trains on.</summary>
    public SampleBatch NextBatch() => SampleBatch.Training(point, seed, Steps);

    /// <summary>The network's output f(x) for one input of length n.</summary>
    public double Output(double[] x) => Network.Output(x);

    /// <summary>Samples with yf ≤ 0 (or NaN), y the true label.</summary>
    public int Errors(SampleBatch batch)
    {
        int errors = 0;
        for (int b = 0; b < batch.Labels.Length; b++)
        {
            if (!(batch.Labels[b] * Output(batch.Inputs[b]) > 0))
                errors++;
        }

        return errors;
    }

    /// <summary>Σ (y − f)² over a batch, where a NaN sum counts as infinite.</summary>
    public double SquaredErrors(SampleBatch batch)
    {
        double sum = batch.Labels.Zip(batch.Inputs, (y, x) => Math.Pow(y - Output(x), 2)).Sum();
        return double.IsNaN(sum) ? double.PositiveInfinity : sum;
    }

    /// <summary>Mean loss of a batch and its gradient, frozen parameters included.</summary>
    public (double Loss, double[] Gradient) LossAndGradient(SampleBatch batch) => Network.LossAndGradient(batch, loss);

    /// <summary>Whether the next step changes a parameter.</summary>
    public bool IsTrained(int parameter)
    {
        if (Network.IsFixed(parameter))
            return false;

        int layer = Network.Layer(parameter);
        bool isOutput = layer == point.Layers - 1;
        return point.Train switch
        {
            TrainedLayers.Output => isOutput,
            TrainedLayers.Layerwise => isOutput || layer == Network.Stage - 1,
            _ => true,
        };
    }

    /// <summary>
    /// One step θ ← (1−λ)θ − ηv, where v is the optimizer's direction, and η and λ are those of the step and layer; for AdamW, ηλ replaces λ.
    /// </summary>
    public void Step()
    {
        optimizer ??= Optimizers.Of(point, Parameters.Length);
        SampleBatch batch = NextBatch();
        double errors = Misfit(batch);
        double[] gradient = LossAndGradient(batch).Gradient;

        Schedule.Phase phase = point.Schedule.Phases.Last(phase => phase.From <= Steps);
        double decay = phase.Decay ?? point.WeightDecay;
        optimizer.BeginStep();
        for (int p = 0; p < Parameters.Length; p++)
        {
            if (!IsTrained(p))
                continue;

            int layer = Network.Layer(p);
            double rate = point.LearningRate * phase.Factor(layer);
            double shrink = point.Optimizer == Optimizer.Adamw ? rate * decay : decay;

            // With two logits, an output parameter is the difference of two parameters that move by the rate in opposite directions.
            int moves = layer == point.Layers - 1 ? point.Logits : 1;
            Parameters[p] = ((1 - shrink) * Parameters[p]) - (moves * rate * optimizer.Direction(p, gradient[p]));
        }

        HasDiverged = Enumerable.Range(0, Parameters.Length).Any(IsDivergence);
        Steps++;
        Network.Stage = StageAt(point, Steps);
        Count(errors);
    }

    /// <summary>Trains to the run's end (kernels/NUMERICS.md, end of a run).</summary>
    /// <param name="pointIndex">The point's index in its sweep, for the record.</param>
    public RunRecord Run(int pointIndex = 0)
    {
        while (true)
        {
            Step();
            if (HasDiverged)
                return new RunRecord(pointIndex, seed, Outcome.Diverged, Steps, double.NaN);

            bool last = Steps == point.MaxSteps;
            if (!isCheckDue && !last)
                continue;

            double misfit = Misfit(SampleBatch.HeldOut(point, seed, Steps));
            double accuracy = point.Target.IsParity ? 1 - (misfit / point.TestSamples) : double.NaN;
            double loss = point.Target.IsParity ? double.NaN : misfit / point.TestSamples;
            if (isCheckDue && misfit <= Allowed(point.TestSamples, settings.AllowedErrors))
                return new RunRecord(pointIndex, seed, Outcome.Solved, Steps, accuracy, loss);

            if (last)
                return new RunRecord(pointIndex, seed, Outcome.Budget, Steps, accuracy, loss);
        }
    }

    /// <summary>Whether the last step took a trained parameter out of the range of float, in which the kernels train.</summary>
    private bool HasDiverged { get; set; }

    private static ReferenceNetwork AtStart(Point point, long seed)
    {
        var network = ReferenceNetwork.Initial(point, seed);
        network.Stage = StageAt(point, 0);
        return network;
    }

    /// <summary>The hidden layer that the output layer reads after some steps: L − 1, or one after the other in layerwise training.</summary>
    private static int StageAt(Point point, long steps)
    {
        int hidden = Math.Max(1, point.Layers - 1);
        if (point.Train != TrainedLayers.Layerwise)
            return hidden;

        long stageSteps = (point.MaxSteps + hidden - 1) / hidden;
        return (int)Math.Min(hidden, 1 + (steps / stageSteps));
    }

    private bool IsDivergence(int parameter)
    {
        // The counting path checks only the output layer.
        bool isSeen = BankShape.Of(point).Path == KernelPath.General || Network.Layer(parameter) == 1;
        return isSeen && IsTrained(parameter) && !float.IsFinite((float)Parameters[parameter]);
    }

    /// <summary>Errors, or the sum of squares where labels are real numbers.</summary>
    private double Misfit(SampleBatch batch) => point.Target.IsParity ? Errors(batch) : SquaredErrors(batch);

    /// <summary>The largest misfit that ends a run: a number of errors, or the target loss times the number of samples.</summary>
    private double Allowed(long samples, int errors) => point.Target.IsParity ? errors : point.TargetLoss * samples;

    /// <summary>
    /// Counts the step just taken, given its batch's errors or misfit before the update, and decides whether a held-out check is due.
    /// </summary>
    private void Count(double errors)
    {
        cleanBatches = errors == 0 ? cleanBatches + 1 : 0;
        windowErrors += errors;
        bool windowEnds = Steps % window == 0;
        bool isCalledFor = settings.AllowedErrors > 0
            ? windowEnds && windowErrors <= Allowed((long)window * point.Batch, settings.AllowedWindowErrors)
            : cleanBatches >= window;
        int spacing = point.Check.Spacing(point.Samples, point.Batch);
        isCheckDue = point.Check == CheckTimes.Step ? isCalledFor : point.Check != CheckTimes.Never && Steps % spacing == 0;
        if (windowEnds)
            windowErrors = 0;
    }
}
