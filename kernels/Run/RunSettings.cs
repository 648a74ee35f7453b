namespace ParityGpu.Kernels;

/// <summary>
/// Per-slot column: the settings of the run in a slot. Written by the host when it loads a run. A run with several <see cref="InputPhase"/>s has an entry
/// for each, which differ in that only: no buffer of their own, because GPUs hold its address in registers.
/// </summary>
public struct RunSettings
{
    public ulong Seed;

    /// <summary>Seed of the initial parameters.</summary>
    public ulong InitialSeed;

    /// <summary>Steps after which the run ends unsolved.</summary>
    public long MaxSteps;

    /// <summary>η/B, rounded once to float.</summary>
    public float StepSize;

    /// <summary>1 − λ, rounded once to float.</summary>
    public float Decay;

    /// <summary>An <see cref="InitialDistribution"/>: that of all parameters but the weights from the inputs.</summary>
    public int Distribution;

    /// <summary>An <see cref="InitialDistribution"/>: that of the weights from the inputs to the first layer.</summary>
    public int RowDistribution;

    /// <summary>Scale of the weights from the inputs to the first layer.</summary>
    public float RowScale;

    /// <summary>Scale of the first layer's biases.</summary>
    public float HiddenScale;

    /// <summary>Scale of output weights and the output bias.</summary>
    public float OutputScale;

    /// <summary>Draws per output parameter: with two logits it starts as the difference of 2 draws, otherwise as 1 draw.</summary>
    public int Logits;

    /// <summary>Parity degree k: how many entries of the slot's subset are used.</summary>
    public int Degree;

    /// <summary>Monomials of a polynomial target, or 0 where the target is the parity of all hidden coordinates.</summary>
    public int Monomials;

    /// <summary>Held-out samples of a convergence check.</summary>
    public int TestSamples;

    /// <summary>Steps from one convergence check to the next, or 0 where the batches call for them.</summary>
    public int CheckEvery;

    /// <summary>
    /// Held-out samples a solved run may get wrong; for a polynomial target, the largest <see cref="Misfit"/>; −1 if runs cannot be solved.
    /// </summary>
    public int AllowedErrors;

    /// <summary>
    /// Training samples among ⌈32/B⌉ batches that may be wrong when a convergence check is due, where held-out errors are allowed; for a polynomial
    /// target, the largest <see cref="Misfit"/>.
    /// </summary>
    public int AllowedWindowErrors;

    /// <summary>A <see cref="Kernels.Loss"/>.</summary>
    public int Loss;

    /// <summary>A label is flipped where its noise word is below this: p·2^32, saturated.</summary>
    public uint Noise;

    /// <summary>Phases with biased inputs; 0 for uniform inputs.</summary>
    public int InputPhases;

    /// <summary>The phase of this entry; empty without biased inputs.</summary>
    public InputPhase Inputs;

    /// <summary>Samples on which a measurement takes the loss of a task.</summary>
    public int TaskSamples;

    /// <summary>
    /// Above 0, the samples of each task in a batch. Otherwise tasks are drawn, and this is minus the number of first steps whose batches are of one
    /// task each (one field for both, because GPUs hold settings in registers).
    /// </summary>
    public int TaskRule;

    /// <summary>An <see cref="OutputLayer"/>.</summary>
    public int Output;

    /// <summary>A <see cref="TrainedLayers"/>.</summary>
    public int Train;

    /// <summary>Whether all biases start at +0.</summary>
    public int ZeroBiases;

    /// <summary>Steps of each stage of layerwise training.</summary>
    public long StageSteps;

    /// <summary>Inputs that a neuron reads at the start of a run, or 0 for all.</summary>
    public int SparseInputs;

    /// <summary>1/B, rounded once to float.</summary>
    public float InverseBatch;

    /// <summary>Momentum, Adam's β₁.</summary>
    public float Beta1;

    /// <summary>Adam's β₂.</summary>
    public float Beta2;

    /// <summary>Adam's ε.</summary>
    public float Epsilon;

    /// <summary>Scale of a deep network's inner layers, or of a transformer's embeddings.</summary>
    public float InnerScale;

    /// <summary>Scale of a transformer's queries, keys and values.</summary>
    public float AttentionScale;

    /// <summary>Scale of the matrix behind a transformer's heads.</summary>
    public float ProjectionScale;

    /// <summary>1/√a, rounded once to float.</summary>
    public float ScoreScale;

    /// <summary>Phases of the schedule in use.</summary>
    public int Phases;
}
