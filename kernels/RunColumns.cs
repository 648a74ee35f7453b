namespace ParityGpu.Kernels;

/// <summary>What a launch needs to know of a network's shape and of the buffers; the same for all slots.</summary>
public struct LaunchShape
{
    /// <summary>Inputs n.</summary>
    public int Inputs;

    /// <summary>Hidden neurons r.</summary>
    public int Width;

    /// <summary>Samples per step B.</summary>
    public int Batch;

    /// <summary>Slots R.</summary>
    public int Slots;

    /// <summary>Entries of the subset buffer per slot (the largest k).</summary>
    public int SubsetStride;

    /// <summary>Most steps a slot advances in one launch, C.</summary>
    public int ChunkSteps;

    /// <summary>A <see cref="Kernels.Model"/>.</summary>
    public int Model;

    /// <summary>An <see cref="Kernels.Activation"/>.</summary>
    public int Activation;

    /// <summary>Layers of weights L of a deep network.</summary>
    public int Depth;

    /// <summary>Dimension of a transformer's embeddings.</summary>
    public int Embedding;

    /// <summary>Attention heads of a transformer.</summary>
    public int Heads;

    /// <summary>Dimension of one head.</summary>
    public int HeadSize;

    /// <summary>An <see cref="Kernels.Optimizer"/>.</summary>
    public int Optimizer;

    /// <summary>Points of the finite sample m, or 0 where every batch is fresh.</summary>
    public int Samples;

    /// <summary>Entries of the schedule buffer per slot.</summary>
    public int Phases;

    /// <summary>Entries of the coefficient buffer per slot.</summary>
    public int Coefficients;
}

/// <summary>Per-slot column: the settings of the run in a slot. Written by the host when it loads a run.</summary>
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

    /// <summary>An <see cref="InitialDistribution"/>.</summary>
    public int Distribution;

    /// <summary>Scale of hidden weights and biases.</summary>
    public float HiddenScale;

    /// <summary>Scale of output weights and the output bias.</summary>
    public float OutputScale;

    /// <summary>Parity degree k: how many entries of the slot's subset are used.</summary>
    public int Degree;

    /// <summary>Held-out samples of a convergence check.</summary>
    public int TestSamples;

    /// <summary>Held-out samples a solved run may get wrong.</summary>
    public int AllowedErrors;

    /// <summary>Training samples among ⌈32/B⌉ batches that may be wrong when a convergence check is due, where held-out errors are allowed.</summary>
    public int AllowedWindowErrors;

    /// <summary>A <see cref="Kernels.Loss"/>.</summary>
    public int Loss;

    /// <summary>A label is flipped where its noise word is below this: p·2^32, saturated.</summary>
    public uint Noise;

    /// <summary>An <see cref="OutputLayer"/>.</summary>
    public int Output;

    /// <summary>A <see cref="TrainedLayers"/>.</summary>
    public int Train;

    /// <summary>Whether all biases start at +0.</summary>
    public int ZeroBiases;

    /// <summary>Steps of each stage of layerwise training.</summary>
    public long StageSteps;

    /// <summary>Inputs a neuron sees at first, or 0 for all.</summary>
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

/// <summary>Step sizes and decay from a step on; a slot's schedule is a few of these with ascending <see cref="From"/>, the first 0.</summary>
public struct SchedulePhase
{
    /// <summary>Most layers with a step size of their own.</summary>
    public const int MaxLayers = 8;

    /// <summary>The phase's first step.</summary>
    public long From;

    /// <summary>1 − λ, rounded once to float.</summary>
    public float Decay;

    /// <summary>Step size of layer 0: η/B for SGD and momentum, η for Adam and sign-SGD; rounded once to float.</summary>
    public float Rate0;
    public float Rate1;
    public float Rate2;
    public float Rate3;
    public float Rate4;
    public float Rate5;
    public float Rate6;
    public float Rate7;

    /// <summary>Step size of a layer.</summary>
    public readonly float Rate(int layer) =>
        layer < 4
            ? (layer < 2 ? (layer == 0 ? Rate0 : Rate1) : (layer == 2 ? Rate2 : Rate3))
            : (layer < 6 ? (layer == 4 ? Rate4 : Rate5) : (layer == 6 ? Rate6 : Rate7));
}

/// <summary>Where the run in a slot stands; an <see cref="int"/> in <see cref="RunState.Phase"/>.</summary>
public enum RunPhase
{
    /// <summary>The slot is empty.</summary>
    Idle = 0,

    /// <summary>Loaded by the host; the next launch draws its weights.</summary>
    Fresh = 1,

    Running = 2,
    Solved = 3,
    Budget = 4,
    Diverged = 5,
}

/// <summary>Per-slot column: the state of the run in a slot beside its weights. Read by the host after a launch.</summary>
public struct RunState
{
    /// <summary>SGD steps taken.</summary>
    public long Steps;

    /// <summary>A <see cref="RunPhase"/>.</summary>
    public int Phase;

    /// <summary>Batches in a row without an error.</summary>
    public int CleanBatches;

    /// <summary>Errors on the held-out samples, once the phase is Solved or Budget.</summary>
    public int HeldOutErrors;

    /// <summary>Errors in the window of batches under way, where some are allowed.</summary>
    public int WindowErrors;

    /// <summary>The run waits here for the host once it has taken so many steps.</summary>
    public long StopAt;
}

/// <summary>Index formulas of the weight buffer and constants of the canon, one place for all bodies.</summary>
public static class MlpLayout
{
    /// <summary>Neurons of a block, and lanes of the canonical sum over neurons.</summary>
    public const int Lanes = 16;

    /// <summary>Inputs whose signed weights are summed before they join the accumulator.</summary>
    public const int Group = 4;

    /// <summary>Samples in a bit-sliced word.</summary>
    public const int WordSamples = 32;

    public static int Blocks(int width) => (int)(((long)width + Lanes - 1) / Lanes);

    public static int Groups(int inputs) => (inputs + Group - 1) / Group;

    public static int Words(int samples) => (int)(((long)samples + WordSamples - 1) / WordSamples);

    /// <summary>Rows of a block: n weights, the hidden bias, the output weight.</summary>
    public static int Rows(int inputs) => inputs + 2;

    /// <summary>Floats of one run: all blocks as [block][row][lane], then a block whose first entry is the output bias.</summary>
    public static long RunFloats(int inputs, int width) => ((long)Blocks(width) * Rows(inputs) * Lanes) + Lanes;

    /// <summary>Place of a neuron's parameter within its run: row i &lt; n is weight i, row n the bias, row n+1 the output weight.</summary>
    public static long Index(int inputs, int neuron, int row) =>
        ((((long)(neuron / Lanes) * Rows(inputs)) + row) * Lanes) + (neuron % Lanes);

    /// <summary>Place of the output bias within its run.</summary>
    public static long OutputBias(int inputs, int width) => RunFloats(inputs, width) - Lanes;

    /// <summary>Batches in a row without an error that call for a held-out check: ⌈32/B⌉ (design: convergence).</summary>
    public static int CleanBatchesNeeded(int batch) => batch >= WordSamples ? 1 : (WordSamples + batch - 1) / batch;

    /// <summary>The samples of the last word that exist, as a mask; all ones for the others.</summary>
    public static uint ValidSamples(int word, int samples)
    {
        int left = samples - (word * WordSamples);
        return left >= WordSamples ? 0xFFFFFFFFu : (1u << left) - 1;
    }
}
