using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>Initialisations, the same treatment for weights and biases (paper, appendix D).</summary>
public enum Init
{
    XavierUniform,
    KaimingNormal,
    Sign,

    /// <summary>PyTorch's default for a linear layer.</summary>
    Torch,

    /// <summary>Each hidden neuron reads a few random inputs; other weights start at 0.</summary>
    Sparse,

    /// <summary>All parameters N(0, σ²), whatever their layer, with σ = <see cref="Point.InitSigma"/>.</summary>
    Gaussian,

    /// <summary>
    /// Weights from the inputs ±1 + N(0, σ²); all other parameters as with <see cref="Torch"/> (Abbe, Cornacchia, Hązła, Kougang-Yombi 2024,
    /// <see href="https://arxiv.org/abs/2412.04910"/>).
    /// </summary>
    Rademacher,
}

/// <summary>Initial biases.</summary>
public enum InitialBiases
{
    /// <summary>Drawn like the weights of their layer.</summary>
    Random,

    Zero,
}

/// <summary>How the k relevant coordinates are chosen: the first k, or a random subset fixed by the seed.</summary>
public enum SubsetChoice { First, Random }

/// <summary>The tasks of a batch's samples: drawn one by one, or an equal number of each.</summary>
public enum TaskBatch { Drawn, Equal }

/// <summary>
/// One setting of a sweep: everything that, together with a seed, determines a run. Settings that a network does not have
/// are at their defaults (<see cref="Normalised"/>).
/// </summary>
/// <param name="N">Inputs, n ≥ 1.</param>
/// <param name="K">Parity degree, 1 ≤ k ≤ n.</param>
/// <param name="Width">Hidden units, r ≥ 1.</param>
/// <param name="Batch">Samples per step, B ≥ 1.</param>
/// <param name="LearningRate">η, finite and positive.</param>
public sealed record Point(int N, int K, int Width, int Batch, double LearningRate)
{
    /// <summary>Network family.</summary>
    public Model Model { get; init; } = Model.Mlp;

    /// <summary>Hidden activation.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>λ in θ ← (1−λ)θ − η∇, 0 ≤ λ ≤ 1; λ/η under <see cref="Optimizer.Adamw"/>.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Training loss.</summary>
    public Loss Loss { get; init; } = Loss.Hinge;

    /// <summary>Initialisation.</summary>
    public Init Init { get; init; } = Init.XavierUniform;

    /// <summary>Choice of the relevant coordinates.</summary>
    public SubsetChoice Subset { get; init; } = SubsetChoice.First;

    /// <summary>Steps after which an unsolved run ends.</summary>
    public long MaxSteps { get; init; } = 100_000;

    /// <summary>Held-out samples that a solved run classifies correctly.</summary>
    public int TestSamples { get; init; } = 8192;

    /// <summary>
    /// Outputs: one, or two with cross entropy, whose difference is trained with the logistic loss (kernels/NUMERICS.md, two logits).
    /// </summary>
    public int Logits { get; init; } = 1;

    /// <summary>Whether a two-layer network has its second layer.</summary>
    public OutputLayer Output { get; init; } = OutputLayer.Trained;

    /// <summary>Layers of weights L of a deep network: L − 1 hidden layers and the output.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Dimension of a transformer's embeddings.</summary>
    public int DEmb { get; init; } = 32;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Dimension of one head.</summary>
    public int DAttn { get; init; } = 8;

    /// <summary>Inputs that a neuron reads initially under <see cref="Init.Sparse"/>; 0 stands for k.</summary>
    public int Sparsity { get; init; }

    /// <summary>σ of <see cref="Init.Gaussian"/> and of the noise of <see cref="Init.Rademacher"/>.</summary>
    public double InitSigma { get; init; }

    /// <summary>Initial biases of all layers.</summary>
    public InitialBiases Biases { get; init; } = InitialBiases.Random;

    /// <summary>Seed of the initial parameters, or 0 for the run's own.</summary>
    public int InitSeed { get; init; }

    public Optimizer Optimizer { get; init; } = Optimizer.Sgd;

    /// <summary>The optimizer that kernels use for the point: AdamW differs from Adam only by how the host computes the decay.</summary>
    public Optimizer KernelOptimizer => Optimizer == Optimizer.Adamw ? Optimizer.Adam : Optimizer;

    /// <summary>Momentum, and Adam's β₁.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Adam's β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's ε.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Learning rates and weight decay over time and layers.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>Which layers are trained.</summary>
    public TrainedLayers Train { get; init; } = TrainedLayers.All;

    /// <summary>Points of the finite sample m, or 0 for fresh batches.</summary>
    public int Samples { get; init; }

    /// <summary>Probability that a training label is flipped, 0 … ½.</summary>
    public double Noise { get; init; }

    /// <summary>The function of the hidden coordinates that is learned; for a polynomial, k is their number.</summary>
    public Target Target { get; init; } = Target.Parity;

    /// <summary>Mean square loss on the held-out samples of a solved run with a polynomial target.</summary>
    public double TargetLoss { get; init; } = 0.01;

    /// <summary>
    /// The tasks that samples belong to; a task's inputs take the place of the relevant ones, and k is the number of the first task's.
    /// </summary>
    public TaskList Tasks { get; init; } = TaskList.None;

    /// <summary>α: drawn task i has a frequency ∝ i^−(α+1).</summary>
    public double Zipf { get; init; } = 0.4;

    /// <summary>Seed of the inputs of drawn tasks, the same for all runs.</summary>
    public int TaskSeed { get; init; }

    /// <summary>How a batch's samples get their tasks.</summary>
    public TaskBatch TaskBatch { get; init; } = TaskBatch.Drawn;

    /// <summary>
    /// Number of first steps whose batches belong to one task each, drawn by frequency; in later batches each sample draws its own.
    /// </summary>
    public int SingleSteps { get; init; }

    /// <summary>Held-out samples of each task on which its loss is measured at points of curves.</summary>
    public int TaskSamples { get; init; } = 256;

    /// <summary>Loss below which a task is learned; in bits if it is logistic.</summary>
    public double TaskLoss { get; init; } = 0.1;

    /// <summary>Inputs of the network: the n random ones, then the control bits of tasks.</summary>
    public int Inputs => N + Tasks.Controls;

    /// <summary>The numbers as which the first layer reads an input.</summary>
    public InputEncoding Encoding { get; init; } = InputEncoding.Pm1;

    /// <summary>Probability that an input of a biased training sample is −1; ½ for uniform inputs.</summary>
    public double InputBias { get; init; } = 0.5;

    /// <summary>Fraction ρ of the training samples whose inputs are biased, 0 … 1; those of the others are uniform.</summary>
    public double Mixture { get; init; } = 1;

    /// <summary>Steps after which all fresh training inputs are uniform, or 0 for never.</summary>
    public int BiasedSteps { get; init; }

    /// <summary>The distribution of fresh training inputs over time, in place of the three settings above.</summary>
    public InputSchedule InputSchedule { get; init; } = InputSchedule.None;

    /// <summary>The distribution of training inputs over time, whichever settings say it.</summary>
    public ImmutableArray<InputSchedule.Phase> InputPhases =>
        InputSchedule != InputSchedule.None ? InputSchedule.Phases
        : BiasedSteps == 0 ? [new(0, InputBias, Mixture)]
        : [new(0, InputBias, Mixture), new(BiasedSteps, InputSchedule.Phase.Uniform, 1)];

    /// <summary>When held-out samples decide whether the run is solved.</summary>
    public CheckTimes Check { get; init; } = CheckTimes.Step;

    /// <summary>Fraction of held-out samples that a solved run classifies correctly, ½ … 1.</summary>
    public double TargetAccuracy { get; init; } = 1;

    /// <summary>Layers of weights that have a learning rate of their own.</summary>
    public int Layers => !Model.HasOutputLayer() ? 1 : Model.IsDeep() ? Depth : 2;

    /// <summary>Whether there is an output layer that can be trained.</summary>
    public bool TrainsOutput => Model.HasOutputLayer() && (Model != Model.Mlp || Output == OutputLayer.Trained);

    /// <summary>
    /// The fraction λ by which all parameters shrink in a step of a phase: its own decay or the point's; under AdamW this times the learning rate,
    /// which then has one factor for all layers.
    /// </summary>
    public double Decay(Schedule.Phase phase)
    {
        double decay = phase.Decay ?? WeightDecay;
        return Optimizer == Optimizer.Adamw ? LearningRate * phase.Factors[0] * decay : decay;
    }

    /// <summary>
    /// The same point with every setting that it does not have (<see cref="SettingNeed"/>) at the default, and every placeholder value replaced.
    /// </summary>
    public Point Normalised()
    {
        Point point = this;
        foreach (SettingNeed need in SettingNeed.All)
        {
            if (!need.IsMet(this))
                point = need.Dropped(point);
        }

        return Init == Init.Sparse && Sparsity == 0 ? point with { Sparsity = K } : point;
    }
}
