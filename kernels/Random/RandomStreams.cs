namespace ParityGpu.Kernels;

/// <summary>
/// Where every random word of a run comes from: Philox keyed by the run's 64-bit seed, with the stream in the last
/// counter word. The layout is part of the canon (NUMERICS.md): changing it changes every recorded time.
/// </summary>
public static class RandomStreams
{
    private const uint Samples = 0;
    private const uint HeldOut = 1;
    private const uint HiddenWeights = 2;
    private const uint HiddenOutputs = 3;
    private const uint OutputBias = 4;
    private const uint Subset = 5;
    private const uint Noise = 6;
    private const uint SparseRows = 7;
    private const uint Permutation = 8;
    private const uint InputLevels = 9;
    private const uint Mixture = 10;
    private const uint Tasks = 11;
    private const uint HeldOutTasks = 12;
    private const uint TaskSamples = 13;

    /// <summary>Inputs 4·block … 4·block+3 of the 32 training samples of stream word <paramref name="word"/>, a bit each.</summary>
    public static WordQuad SampleWord(ulong seed, ulong word, uint block) =>
        Philox.Generate((uint)word, (uint)(word >> 32), block, Samples, (uint)seed, (uint)(seed >> 32));

    /// <summary>The same for word <paramref name="word"/> of the held-out samples drawn after <paramref name="step"/> steps.</summary>
    public static WordQuad HeldOutWord(ulong seed, ulong step, uint word, uint block) => OfStep(seed, step, word, block, HeldOutStream(step));

    /// <summary>Last counter word of <see cref="SampleWord"/>.</summary>
    public static uint SampleStream() => Samples;

    /// <summary>Level <paramref name="level"/> = 0 … 31 of the random bits of inputs; level 0 is <see cref="SampleWord"/>.</summary>
    public static WordQuad InputLevel(ulong seed, ulong word, uint block, int level) =>
        Philox.Generate((uint)word, (uint)(word >> 32), block, InputLevelStream(level), (uint)seed, (uint)(seed >> 32));

    /// <summary>Last counter word of <see cref="InputLevel"/>.</summary>
    public static uint InputLevelStream(int level) => level == 0 ? Samples : InputLevels | ((uint)level << 8);

    /// <summary>
    /// Levels 4·block … 4·block+3 of the bits that decide which of the 32 training samples of stream word <paramref name="word"/> are uniform.
    /// </summary>
    public static WordQuad MixtureLevels(ulong seed, ulong word, uint block) =>
        Philox.Generate((uint)word, (uint)(word >> 32), block, Mixture, (uint)seed, (uint)(seed >> 32));

    /// <summary>Last counter word of <see cref="HeldOutWord"/>: the stream and the high half of the step.</summary>
    public static uint HeldOutStream(ulong step) => HeldOut | ((uint)(step >> 32) << 8);

    /// <summary>Inputs 4·block … 4·block+3 of word <paramref name="word"/> of a measurement's single-task samples.</summary>
    public static WordQuad TaskSampleWord(ulong seed, ulong step, uint word, uint block) => OfStep(seed, step, word, block, TaskSampleStream(step));

    /// <summary>Words of a stream that is drawn anew for every step; <paramref name="stream"/> is its last counter word.</summary>
    public static WordQuad OfStep(ulong seed, ulong step, uint word, uint block, uint stream) =>
        Philox.Generate(word, (uint)step, block, stream, (uint)seed, (uint)(seed >> 32));

    /// <summary>First two counter words of <see cref="OfStep"/>, the second in the upper half.</summary>
    public static ulong EntryOfStep(ulong step, uint word) => word | (step << 32);

    /// <summary>Last counter word of <see cref="TaskSampleWord"/>.</summary>
    public static uint TaskSampleStream(ulong step) => TaskSamples | ((uint)(step >> 32) << 8);

    /// <summary>Draws for the tasks of samples 4·block … 4·block+3 of the 32 training samples of stream word <paramref name="word"/>.</summary>
    public static WordQuad TaskWord(ulong seed, ulong word, uint block) =>
        Philox.Generate((uint)word, (uint)(word >> 32), block, Tasks, (uint)seed, (uint)(seed >> 32));

    /// <summary>Last counter word of <see cref="TaskWord"/>.</summary>
    public static uint TaskStream() => Tasks;

    /// <summary>The same for word <paramref name="word"/> of the held-out samples drawn after <paramref name="step"/> steps.</summary>
    public static WordQuad HeldOutTaskWord(ulong seed, ulong step, uint word, uint block) =>
        OfStep(seed, step, word, block, HeldOutTaskStream(step));

    /// <summary>Last counter word of <see cref="HeldOutTaskWord"/>.</summary>
    public static uint HeldOutTaskStream(ulong step) => HeldOutTasks | ((uint)(step >> 32) << 8);

    /// <summary>Draws for the weights from inputs 4·block … 4·block+3 to hidden neuron <paramref name="neuron"/>.</summary>
    public static WordQuad HiddenWeightDraws(ulong seed, uint neuron, uint block) =>
        Philox.Generate(neuron, block, 0, HiddenWeights, (uint)seed, (uint)(seed >> 32));

    /// <summary>Draws for a hidden neuron's bias (W0) and output weight (W1).</summary>
    public static WordQuad HiddenOutputDraws(ulong seed, uint neuron) =>
        Philox.Generate(neuron, 0, 0, HiddenOutputs, (uint)seed, (uint)(seed >> 32));

    /// <summary>Draw for the output bias (W0).</summary>
    public static WordQuad OutputBiasDraw(ulong seed) =>
        Philox.Generate(0, 0, 0, OutputBias, (uint)seed, (uint)(seed >> 32));

    /// <summary>Draw number <paramref name="index"/> (W0) for a random choice of the relevant inputs.</summary>
    public static WordQuad SubsetDraw(ulong seed, uint index) => TaskSubsetDraw(seed, 0, index);

    /// <summary>Draw number <paramref name="index"/> (W0) of attempt <paramref name="attempt"/> at the inputs of a task.</summary>
    public static WordQuad TaskSubsetDraw(ulong taskSeed, uint attempt, uint index) =>
        Philox.Generate(index, attempt, 0, Subset, (uint)taskSeed, (uint)(taskSeed >> 32));

    /// <summary>Noise words of samples 4·block … 4·block+3 of the 32 training samples of stream word <paramref name="word"/>.</summary>
    public static WordQuad NoiseWord(ulong seed, ulong word, uint block) =>
        Philox.Generate((uint)word, (uint)(word >> 32), block, Noise, (uint)seed, (uint)(seed >> 32));

    /// <summary>Last counter word of <see cref="NoiseWord"/>.</summary>
    public static uint NoiseStream() => Noise;

    /// <summary>Draw number <paramref name="index"/> of neuron <paramref name="neuron"/>'s sparse row: place (W0) and weight (W1).</summary>
    public static WordQuad SparseRowDraw(ulong seed, uint neuron, uint index) =>
        Philox.Generate(neuron, index, 0, SparseRows, (uint)seed, (uint)(seed >> 32));

    /// <summary>Round keys 4·block … 4·block+3 of the permutation of epoch <paramref name="epoch"/>.</summary>
    public static WordQuad PermutationKeys(ulong seed, ulong epoch, uint block) =>
        Philox.Generate((uint)epoch, (uint)(epoch >> 32), block, Permutation, (uint)seed, (uint)(seed >> 32));

    /// <summary>Draws for the weights from units 4·block … 4·block+3 to unit <paramref name="unit"/> of layer <paramref name="layer"/> ≥ 2.</summary>
    public static WordQuad InnerWeightDraws(ulong seed, int layer, uint unit, uint block) =>
        Philox.Generate(unit, block, (uint)layer - 1, HiddenWeights, (uint)seed, (uint)(seed >> 32));

    /// <summary>
    /// Draws for columns 4·block … 4·block+3 of row <paramref name="row"/> of a transformer's matrix (<see cref="AttentionMatrix"/>).
    /// </summary>
    public static WordQuad AttentionDraws(ulong seed, AttentionMatrix matrix, uint row, uint block) =>
        Philox.Generate(row, block, (uint)matrix, HiddenWeights, (uint)seed, (uint)(seed >> 32));

    /// <summary>Draw for the bias (W0) of unit <paramref name="unit"/> of layer <paramref name="layer"/> ≥ 2.</summary>
    public static WordQuad InnerBiasDraw(ulong seed, int layer, uint unit) =>
        Philox.Generate(unit, 0, (uint)layer - 1, HiddenOutputs, (uint)seed, (uint)(seed >> 32));
}
