namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Scratch memory of one CPU worker on the general path. C = samples of a chunk, a
/// multiple of 32; r̂ = columns with their padding; H = hidden layers.
/// </summary>
internal unsafe struct GeneralWorkspace
{
    /// <summary>Words of a chunk as long as its units take no more than <see cref="MostFloats"/>.</summary>
    private const int SmallChunkWords = 4;

    /// <summary>Words of a chunk whose units fit into the second-level cache: the tables of weights are built once per chunk.</summary>
    private const int LargeChunkWords = 16;
    private const long CachedFloats = 1 << 17;
    private const long MostFloats = 1 << 22;

    /// <summary>
    /// Entries of tables, or products, that a chunk's forward pass adds to sixteen columns, and rows of their gradients, for which helpers are worth their
    /// synchronisation.
    /// </summary>
    private const long FewestTeamSums = 1 << 14;

    /// <summary>
    /// A transformer needs so many times as many: its passes are three times as many, and most read what other workers have written, which takes long where
    /// cores are far apart.
    /// </summary>
    private const int AttentionTeamSums = 112;

    /// <summary>Turns lie in cache lines of their own.</summary>
    public const int TurnStride = 8;

    /// <summary>The most columns that <see cref="NarrowNetwork{TVec, TLanes}"/> takes.</summary>
    public const int NarrowColumns = 4;

    /// <summary>[32]: all ones in 16 words, then zeros; see <see cref="Tail"/>.</summary>
    public uint* Mask;

    /// <summary>Words of a chunk, C/32.</summary>
    public int ChunkWords;

    /// <summary>Words between the inputs of two chunk words: n inputs and the noise, rounded up to whole words of a row.</summary>
    public int InputStride;

    /// <summary>[C/32][stride]: inputs bit-sliced.</summary>
    public uint* Inputs;

    /// <summary>[stride] each: words of the sample stream.</summary>
    public uint* StreamWord;
    public uint* NextStreamWord;

    /// <summary>[2][stride]: random bits that decide biased inputs.</summary>
    public uint* LevelWords;

    /// <summary>[row words][32]: rows of a finite sample before they are transposed into words.</summary>
    public uint* Rows;

    /// <summary>[C]: points of the finite sample, if there is one.</summary>
    public uint* Points;

    /// <summary>[<see cref="EpochPoints.Most"/>]: points that the next samples will visit.</summary>
    public uint* Ahead;

    /// <summary>[32]: noise words of a word's samples.</summary>
    public uint* NoiseDraws;

    /// <summary>[32]: draws for the tasks of a word's samples.</summary>
    public uint* TaskDraws;

    /// <summary>[C]: tasks of the samples.</summary>
    public int* Tasks;

    /// <summary>[C]: the first control bit that each sample has, as its number among the inputs.</summary>
    public int* Controls;

    /// <summary>[C and one tile, which is only prefetched]: where the row of a sample's control bit lies.</summary>
    public int* ControlRows;

    /// <summary>[C/32][32], as many as <see cref="ControlSumCounts"/> says: sums of d for rows of control bits.</summary>
    public ControlSum* ControlSums;

    /// <summary>[C/32].</summary>
    public int* ControlSumCounts;

    /// <summary>[C/32]: true labels.</summary>
    public uint* Labels;

    /// <summary>[C/32]: labels that are trained on.</summary>
    public uint* NoisyLabels;

    /// <summary>[C/8 tiles][groups]: places in the tables of weights.</summary>
    public ulong* Offsets;

    /// <summary>[C/32][n + 1]: places of the inputs' and the bias's words in the tables of d, a byte for every four samples.</summary>
    public ulong* RowPlaces;

    /// <summary>[4·groups]: one sample's inputs as ±1.</summary>
    public float* InputSigns;

    /// <summary>
    /// [groups of inputs, or of a word's samples][16 entries][lanes]; in networks of few columns, of d: [groups of the chunk's samples][columns][16 entries].
    /// </summary>
    public float* Tables;

    /// <summary>[groups of inputs][columns][16 entries]: tables of the weights of a network of few columns.</summary>
    public float* NarrowTables;

    /// <summary>
    /// [H][C][r̂]: z, after the forward pass σ′(z), after the backward pass d. Of a single hidden layer, [r̂/16][C][16]: what a worker computes of it lies
    /// together.
    /// </summary>
    public float* Slopes;

    /// <summary>The same of σ(z).</summary>
    public float* Values;

    /// <summary>Floats from a sample's units of a block of 16 columns to the next sample's.</summary>
    public int SampleFloats;

    /// <summary>Floats from a sample's units of a block of 16 columns to those of the next block.</summary>
    public long BlockFloats;

    /// <summary>[C][16]: lane sums of the outputs.</summary>
    public float* LaneSums;

    /// <summary>[r̂] each: output weights, and the sums that become their gradients.</summary>
    public float* OutputWeights;
    public float* OutputSums;

    /// <summary>[C] each: outputs f, descents g = −∂ℓ/∂f, labels trained on.</summary>
    public float* Outputs;
    public float* Descents;
    public float* Targets;

    /// <summary>[parameters]: gradients, and in a measurement the initial parameters.</summary>
    public float* Gradients;

    /// <summary>[C/8 tiles][<see cref="TurnStride"/>], the first of each: how many parts of the columns have been added to the samples' outputs.</summary>
    public long* OutputTurns;

    /// <summary>[1]: what a team's pass does.</summary>
    public GeneralPass* TeamPass;

    /// <summary>A transformer's part.</summary>
    public AttentionWorkspace Attention;

    /// <summary>Bytes of one worker's scratch memory.</summary>
    public static long Bytes(in LaunchShape shape)
    {
        var arena = new Arena(null);
        _ = new GeneralWorkspace(ref arena, shape);
        return arena.Bytes;
    }

    public static GeneralWorkspace At(byte* memory, in LaunchShape shape)
    {
        var arena = new Arena(memory);
        var workspace = new GeneralWorkspace(ref arena, shape);
        new Span<uint>(workspace.Mask, Canon.Lanes).Fill(uint.MaxValue);
        new Span<uint>(workspace.Mask + Canon.Lanes, Canon.Lanes).Clear();
        return workspace;
    }

    /// <summary>Whether a step is so much work that workers help each other: passes are cut by columns and by samples.</summary>
    public static bool IsForTeams(in LaunchShape shape)
    {
        if (NarrowNetwork<float, ScalarLane>.Takes(shape))
            return false;

        long samples = Math.Min(shape.Batch, LargeChunkWords * Canon.WordSamples);
        if (shape.Model == (int)Model.Transformer)
            return AttentionSums(shape, samples) >= AttentionTeamSums * FewestTeamSums;

        long sums = Canon.Groups(shape.Inputs) + ((long)RunLayout.DenseLayers(shape) * shape.Width);
        return Canon.Blocks(shape.Width) * ((samples * sums) + shape.Inputs) >= FewestTeamSums;
    }

    /// <summary>The workspace of a worker that helps another: its own memory for what each worker writes for itself.</summary>
    /// <param name="leader">The leader's memory.</param>
    /// <param name="own">The helper's memory.</param>
    /// <param name="shape">Shape of the network.</param>
    public static GeneralWorkspace Shared(byte* leader, byte* own, in LaunchShape shape)
    {
        var arena = new Arena(leader);
        GeneralWorkspace helper = At(own, shape);
        return new GeneralWorkspace(ref arena, shape) with
        {
            Mask = helper.Mask,
            StreamWord = helper.StreamWord,
            NextStreamWord = helper.NextStreamWord,
            LevelWords = helper.LevelWords,
            Rows = helper.Rows,
            Ahead = helper.Ahead,
            NoiseDraws = helper.NoiseDraws,
            TaskDraws = helper.TaskDraws,
            InputSigns = helper.InputSigns,
            Tables = helper.Tables,
        };
    }

    /// <summary>
    /// Floats from a row of so many to the next, if the same columns of several rows are read in turn: at a large power of two they would share few places of
    /// the first-level cache.
    /// </summary>
    public static int Apart(int floats) => floats % (1 << 8) == 0 ? floats + Canon.Lanes : floats;

    /// <summary>Where the units of a column lie behind the first column's.</summary>
    public readonly long UnitPlace(int column) => (column / Canon.Lanes * BlockFloats) + (column % Canon.Lanes);

    /// <summary>The mask of the existing columns among those from <paramref name="column"/> on, at most 16 of them.</summary>
    public readonly float* Tail(int column, int width) =>
        (float*)(Mask + Canon.Lanes - Math.Clamp(width - column, 0, Canon.Lanes));

    private GeneralWorkspace(ref Arena arena, in LaunchShape shape)
    {
        int padded = RunLayout.PaddedWidth(shape);
        int hidden = 1 + RunLayout.DenseLayers(shape);
        bool transformer = shape.Model == (int)Model.Transformer;
        long sampleFloats = 2L * padded * hidden;
        if (transformer)
            sampleFloats += AttentionFloats(shape);

        long wordFloats = Canon.WordSamples * sampleFloats;
        long small = Math.Clamp(MostFloats / wordFloats, 1, SmallChunkWords);
        bool narrow = NarrowNetwork<float, ScalarLane>.Takes(shape);
        ChunkWords = (int)(narrow ? small : Math.Clamp(CachedFloats / wordFloats, small, LargeChunkWords));
        int samples = ChunkWords * Canon.WordSamples;
        int groups = Canon.Groups(shape.Inputs);
        int rowWords = RunLayout.RowWords(shape);
        InputStride = rowWords * Canon.WordSamples;
        Mask = arena.Take<uint>(2 * Canon.Lanes);
        Inputs = arena.Take<uint>((long)ChunkWords * InputStride);
        StreamWord = arena.Take<uint>(InputStride);
        NextStreamWord = arena.Take<uint>(InputStride);
        LevelWords = arena.Take<uint>(2L * InputStride);
        Rows = arena.Take<uint>(InputStride);
        Points = arena.Take<uint>(shape.Samples > 0 ? samples : 0);
        Ahead = arena.Take<uint>(shape.Samples > 0 ? EpochPoints.Most : 0);
        NoiseDraws = arena.Take<uint>(Canon.WordSamples);
        TaskDraws = arena.Take<uint>(Canon.WordSamples);
        Tasks = arena.Take<int>(samples);
        Controls = arena.Take<int>(samples);
        ControlRows = arena.Take<int>(samples + TableOffsets.TileSamples);
        ControlSums = arena.Take<ControlSum>(samples);
        ControlSumCounts = arena.Take<int>(ChunkWords);
        Labels = arena.Take<uint>(ChunkWords);
        NoisyLabels = arena.Take<uint>(ChunkWords);
        Offsets = arena.Take<ulong>((long)samples / TableOffsets.TileSamples * groups);
        RowPlaces = arena.Take<ulong>(ChunkWords * (shape.Inputs + 1L));
        InputSigns = arena.Take<float>(InputStride);
        int wordGroups = Canon.WordSamples / Canon.Group;
        int narrowRegisters = narrow ? ChunkWords * wordGroups * NarrowColumns / Canon.Lanes : 0;
        Tables = arena.Take<float>((long)Math.Max(Math.Max(groups, wordGroups), narrowRegisters) * 16 * Canon.Lanes);
        NarrowTables = arena.Take<float>((long)groups * 16 * Math.Min(shape.Width, NarrowColumns));
        bool single = !transformer && hidden == 1 && !((Model)shape.Model).IsProduct();
        SampleFloats = single ? Canon.Lanes : Apart(padded);
        BlockFloats = single ? samples * Canon.Lanes : Canon.Lanes;
        Slopes = arena.Take<float>((long)hidden * samples * Apart(padded));
        Values = arena.Take<float>((long)hidden * samples * Apart(padded));
        LaneSums = arena.Take<float>((long)samples * Canon.Lanes);
        OutputWeights = arena.Take<float>(padded);
        OutputSums = arena.Take<float>(padded);
        Outputs = arena.Take<float>(samples);
        Descents = arena.Take<float>(samples);
        Targets = arena.Take<float>(samples);
        Gradients = arena.Take<float>(RunLayout.Parameters(shape));
        OutputTurns = arena.Take<long>((long)samples / TableOffsets.TileSamples * TurnStride);
        TeamPass = arena.Take<GeneralPass>(1);
        if (transformer)
            AssignAttention(ref arena, shape, samples);
    }

    private void AssignAttention(ref Arena arena, in LaunchShape shape, int samples)
    {
        long rows = AttentionLayout.Rows(shape);
        long embedding = AttentionLayout.PaddedEmbedding(shape);
        long entries = AttentionLayout.PaddedEntries(shape);
        long heads = AttentionLayout.PaddedHeads(shape);
        long tokens = AttentionLayout.Tokens(shape);
        long columns = AttentionLayout.SumColumns(shape);
        Attention.EntryStride = Apart(AttentionLayout.PaddedEntries(shape));
        Attention.EmbeddingStride = Apart(AttentionLayout.PaddedEmbedding(shape));
        Attention.Query = arena.Take<float>(entries);
        Attention.QueryGradient = arena.Take<float>(entries);
        Attention.Probes = arena.Take<float>(shape.Heads * embedding);
        Attention.ProbeGradients = arena.Take<float>(shape.Heads * embedding);
        Attention.RowScores = arena.Take<float>(rows * heads);
        Attention.RowScoreGradients = arena.Take<float>(rows * heads);
        Attention.RowValues = arena.Take<float>(rows * Attention.EntryStride);
        Attention.RowValueGradients = arena.Take<float>(rows * Attention.EntryStride);
        Attention.RowGradients = arena.Take<float>(rows * embedding);
        Attention.Exponentials = arena.Take<float>(tokens * heads);
        Attention.Repeated = arena.Take<float>((tokens * entries) + Canon.Lanes);
        Attention.TokenValues = arena.Take<float>(tokens * entries);
        Attention.TokenGradient = arena.Take<float>(entries);
        Attention.Terms = arena.Take<float>(tokens * columns);
        Attention.TermGradients = arena.Take<float>(tokens * columns);
        Attention.Sums = arena.Take<float>(samples * columns);
        Attention.Mixed = arena.Take<float>((long)samples * Attention.EntryStride);
        Attention.MixedGradients = arena.Take<float>((long)samples * Attention.EntryStride);
        Attention.Features = arena.Take<float>((long)samples * Attention.EmbeddingStride);
        Attention.FeatureGradients = arena.Take<float>((long)samples * Attention.EmbeddingStride);
    }

    /// <summary>
    /// Entries of tables, or products, that a transformer's forward pass over a chunk adds to sixteen columns: for the sums over tokens, the attention
    /// layer's output and the readout of every sample, and for the values of every row.
    /// </summary>
    private static long AttentionSums(in LaunchShape shape, long samples)
    {
        long entries = AttentionLayout.Entries(shape);
        long ofSample = (Canon.Groups(shape.Inputs) * AttentionLayout.SumColumns(shape) / Canon.Lanes)
            + (entries * AttentionLayout.PaddedEmbedding(shape) / Canon.Lanes)
            + ((long)shape.Embedding * Canon.Blocks(shape.Width));
        long ofRow = (long)shape.Embedding * AttentionLayout.PaddedEntries(shape) / Canon.Lanes;
        return (samples * ofSample) + (AttentionLayout.Rows(shape) * ofRow);
    }

    /// <summary>Floats of a transformer's scratch memory per sample.</summary>
    private static long AttentionFloats(in LaunchShape shape) =>
        AttentionLayout.SumColumns(shape)
        + (2L * AttentionLayout.PaddedEntries(shape)) + (2L * AttentionLayout.PaddedEmbedding(shape));
}
