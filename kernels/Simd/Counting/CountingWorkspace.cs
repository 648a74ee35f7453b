namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Scratch memory of one CPU worker. K = words of a batch, or of a
/// held-out chunk where that is larger.
/// </summary>
internal unsafe struct CountingWorkspace
{
    /// <summary>Maximum number of words of held-out samples classified in one pass over the weights.</summary>
    public const int HeldOutWords = 16;

    /// <summary>Batches below this size take the direct forward pass: tables would cost more than they save.</summary>
    public const int FirstTabledBatch = 8;

    /// <summary>
    /// Entries of tables that a step adds to sixteen neurons, and rows of weights that it updates, for which helpers are worth their synchronisation.
    /// </summary>
    private const long FewestTeamSums = 1 << 13;

    /// <summary>Maximum number of floats of the values of a team's part, unless a single block has more.</summary>
    private const int MostPartValues = 1 << 16;

    /// <summary>Maximum number of blocks in the part of a pass that classifies nothing.</summary>
    private const int MostUpdatedBlocks = 128;

    /// <summary>Floats that a cache may keep from step to step, 8 MiB.</summary>
    private const int MostCachedFloats = 1 << 21;

    // Philox writes eight blocks of four words at a time.
    private const int PhiloxWords = 32;

    /// <summary>[K][4·groups, padded]: the batch's inputs, bit-sliced.</summary>
    public uint* Inputs;

    /// <summary>[4·groups, padded]: the last word drawn from the sample stream, kept while steps share it.</summary>
    public uint* StreamWord;

    /// <summary>[4·groups, padded]: the word after it, for batches that straddle two.</summary>
    public uint* NextStreamWord;

    /// <summary>[2][4·groups, padded]: random bits that decide biased inputs.</summary>
    public uint* LevelWords;

    /// <summary>[K]: labels, a bit each.</summary>
    public uint* Labels;

    /// <summary>[K]: samples inside the margin.</summary>
    public uint* Margin;

    /// <summary>[n+1][K][2]: label XOR input (row n: label), and the same shifted right by four.</summary>
    public uint* Signs;

    /// <summary>[B][4·groups]: the inputs as ±1, for the direct forward pass.</summary>
    public float* InputSigns;

    /// <summary>[n+1, plus one whole group]: y·x of a single sample as ±1.</summary>
    public float* SampleSigns;

    /// <summary>
    /// [K·4 tiles][groups]: one byte for each of a tile's eight samples, the place of its entry in the group's table in units of eight bytes. One
    /// load serves eight samples, because loads of table entries are the bottleneck.
    /// </summary>
    public ulong* Offsets;

    /// <summary>[groups][16 entries][lanes]: sums of four signed weights for the lanes being worked on.</summary>
    public float* Tables;

    /// <summary>[K][2][lanes]: nibbles of the active samples' words.</summary>
    public uint* Nibbles;

    /// <summary>[32·K][16]: the canonical lane sums of each sample's output.</summary>
    public float* LaneSums;

    /// <summary>[blocks][K of the batch][16]: samples on which each neuron is active; for B = 1, the floats z.</summary>
    public uint* Active;

    /// <summary>[blocks of a part][samples][16]: σ(z) where a team trains the run; else nothing.</summary>
    public float* Values;

    /// <summary>[1]: what a team's pass does.</summary>
    public TeamPlan* TeamPlan;

    /// <summary>Words between the inputs of two batch words.</summary>
    public int InputStride;

    /// <summary>Whether the run's parameters are so many that they come from memory in every step.</summary>
    public bool Streams;

    /// <summary>Bytes of one worker's scratch memory.</summary>
    public static long Bytes(in LaunchShape shape)
    {
        var arena = new Arena(null);
        _ = new CountingWorkspace(ref arena, shape);
        return arena.Bytes;
    }

    /// <summary>Whether a step is so much work that workers help each other.</summary>
    public static bool IsForTeams(in LaunchShape shape) =>
        Canon.Blocks(shape.Width) * (((long)shape.Batch * Canon.Groups(shape.Inputs)) + shape.Inputs) >= FewestTeamSums;

    /// <summary>Maximum number of blocks in a team's part of a pass over so many samples.</summary>
    public static int MostPartBlocks(int samples) =>
        samples == 0 ? MostUpdatedBlocks : Math.Max(1, MostPartValues / (samples * Canon.Lanes));

    /// <summary>Where a block's neurons add their values, times output weights unless they are kept apart: [samples][16].</summary>
    public readonly float* SumsOf(int block, in PassPlan plan) =>
        plan.Apart ? Values + ((block - plan.FirstBlock) * (long)plan.Samples * Canon.Lanes) : LaneSums;

    /// <summary>This workspace for a helper, with the helper's own memory for what each worker writes.</summary>
    public readonly CountingWorkspace SharedBy(in CountingWorkspace helper) =>
        this with { Tables = helper.Tables, Nibbles = helper.Nibbles, Values = helper.Values };

    public static CountingWorkspace At(byte* memory, in LaunchShape shape)
    {
        var arena = new Arena(memory);
        return new CountingWorkspace(ref arena, shape);
    }

    private CountingWorkspace(ref Arena arena, in LaunchShape shape)
    {
        int batchWords = Canon.Words(shape.Batch);
        int words = Math.Max(batchWords, HeldOutWords);
        int groups = Canon.Groups(shape.Inputs);
        int tiles = words * (Canon.WordSamples / TableOffsets.TileSamples);
        InputStride = ((Canon.Group * groups) + PhiloxWords - 1) / PhiloxWords * PhiloxWords;
        Streams = RunLayout.RunFloats(shape) > MostCachedFloats;
        Inputs = arena.Take<uint>((long)words * InputStride);
        StreamWord = arena.Take<uint>(InputStride);
        NextStreamWord = arena.Take<uint>(InputStride);
        LevelWords = arena.Take<uint>(2L * InputStride);
        Labels = arena.Take<uint>(words);
        Margin = arena.Take<uint>(words);
        Signs = arena.Take<uint>(2L * batchWords * (shape.Inputs + 1));
        InputSigns = arena.Take<float>((long)Math.Min(shape.Batch, FirstTabledBatch) * Canon.Group * groups);
        SampleSigns = arena.Take<float>((Canon.Group * groups) + 1);
        Offsets = arena.Take<ulong>((long)tiles * groups);
        Tables = arena.Take<float>(16L * groups * Canon.Lanes);
        Nibbles = arena.Take<uint>(2L * batchWords * Canon.Lanes);
        LaneSums = arena.Take<float>((long)words * Canon.WordSamples * Canon.Lanes);
        Values = arena.Take<float>(IsForTeams(shape) ? Math.Max(MostPartValues, (long)words * Canon.WordSamples * Canon.Lanes) : 0);
        TeamPlan = arena.Take<TeamPlan>(1);
        Active = arena.Take<uint>((long)Canon.Blocks(shape.Width) * batchWords * Canon.Lanes);
    }
}
