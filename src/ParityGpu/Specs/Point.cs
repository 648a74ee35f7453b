namespace ParityGpu.Specs;

/// <summary>Network families (paper, section 3). Names on the command line and in logs are the kebab-case forms.</summary>
public enum Model { Mlp }

/// <summary>Activation functions of the hidden layer.</summary>
public enum Activation { Relu }

/// <summary>Training losses.</summary>
public enum Loss { Hinge }

/// <summary>Initialisations, the same treatment for weights and biases (paper, appendix D).</summary>
public enum Init { XavierUniform, KaimingNormal, Sign, Torch }

/// <summary>How the k relevant coordinates are chosen: the first k, or a random subset fixed by the seed.</summary>
public enum SubsetChoice { First, Random }

/// <summary>
/// One setting of a sweep: everything that, together with a seed, determines a run.
/// </summary>
/// <param name="N">Inputs, n ≥ 1.</param>
/// <param name="K">Parity degree, 1 ≤ k ≤ n.</param>
/// <param name="Model">Network family.</param>
/// <param name="Activation">Hidden activation.</param>
/// <param name="Width">Hidden units, r ≥ 1.</param>
/// <param name="Batch">Samples per step, B ≥ 1.</param>
/// <param name="LearningRate">η, finite and positive.</param>
/// <param name="WeightDecay">λ in θ ← (1−λ)θ − η∇, 0 ≤ λ ≤ 1.</param>
/// <param name="Loss">Training loss.</param>
/// <param name="Init">Initialisation.</param>
/// <param name="Subset">Choice of the relevant coordinates.</param>
/// <param name="MaxSteps">Steps after which an unsolved run ends.</param>
/// <param name="TestSamples">Held-out samples that must all be right for a run to count as solved.</param>
public sealed record Point(
    int N,
    int K,
    Model Model,
    Activation Activation,
    int Width,
    int Batch,
    double LearningRate,
    double WeightDecay,
    Loss Loss,
    Init Init,
    SubsetChoice Subset,
    long MaxSteps,
    int TestSamples);
