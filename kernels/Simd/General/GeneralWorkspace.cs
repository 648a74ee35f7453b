namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Scratch memory of one CPU worker on the general path, carved out of one buffer; 64-byte aligned throughout. C = samples of a chunk, a
/// multiple of 32; r̂ = columns with their padding; H = hidden layers.
/// </summary>
internal unsafe struct GeneralWorkspace
{
    private const int Alignment = 64;
    private const int MostChunkWords = 4;
    private const long FewFloats = 1 << 22;

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

    /// <summary>[row words][32]: rows of a finite sample, to be turned into words.</summary>
    public uint* Rows;

    /// <summary>[32]: noise words of a word's samples.</summary>
    public uint* NoiseDraws;

    /// <summary>[C/32]: true labels.</summary>
    public uint* Labels;

    /// <summary>[C/32]: labels that are trained on.</summary>
    public uint* NoisyLabels;

    /// <summary>[C/8 tiles][groups]: places in the tables of weights.</summary>
    public ulong* Offsets;

    /// <summary>[4·groups]: sign bits of one sample's inputs.</summary>
    public uint* Flips;

    /// <summary>[groups of inputs, or of a word's samples][16 entries][lanes].</summary>
    public float* Tables;

    /// <summary>[H][C][r̂]: z, after the forward pass σ′(z), after the backward pass d.</summary>
    public float* Slopes;

    /// <summary>[H][C][r̂]: σ(z).</summary>
    public float* Values;

    /// <summary>[C][16]: lane sums of the outputs.</summary>
    public float* LaneSums;

    /// <summary>[C] each: outputs f, descents g = −∂ℓ/∂f, labels trained on.</summary>
    public float* Outputs;
    public float* Descents;
    public float* Targets;

    /// <summary>[parameters]: gradients, and in a measurement the initial parameters.</summary>
    public float* Gradients;

    /// <summary>A transformer's own.</summary>
    public AttentionWorkspace Attention;

    private byte* next;

    /// <summary>Bytes of one worker's scratch memory.</summary>
    public static long Bytes(in LaunchShape shape)
    {
        var measured = default(GeneralWorkspace);
        measured.Assign(null, shape);
        return (long)measured.next + Alignment;
    }

    public static GeneralWorkspace At(byte* memory, in LaunchShape shape)
    {
        var workspace = default(GeneralWorkspace);
        workspace.Assign((byte*)(((nint)memory + Alignment - 1) & -Alignment), shape);
        new Span<uint>(workspace.Mask, Canon.Lanes).Fill(uint.MaxValue);
        new Span<uint>(workspace.Mask + Canon.Lanes, Canon.Lanes).Clear();
        return workspace;
    }

    /// <summary>The mask of the existing columns among those from <paramref name="column"/> on, at most 16 of them.</summary>
    public readonly float* Tail(int column, int width) =>
        (float*)(Mask + Canon.Lanes - Math.Clamp(width - column, 0, Canon.Lanes));

    private void Assign(byte* memory, in LaunchShape shape)
    {
        next = memory;
        int padded = RunLayout.PaddedWidth(shape);
        int hidden = 1 + RunLayout.DenseLayers(shape);
        bool transformer = shape.Model == (int)Model.Transformer;
        long sampleFloats = 2L * padded * hidden;
        if (transformer)
            sampleFloats += AttentionFloats(shape);

        long wordFloats = Canon.WordSamples * sampleFloats;
        ChunkWords = (int)Math.Clamp(FewFloats / wordFloats, 1, MostChunkWords);
        int samples = ChunkWords * Canon.WordSamples;
        int groups = Canon.Groups(shape.Inputs);
        int rowWords = RunLayout.RowWords(shape);
        InputStride = rowWords * Canon.WordSamples;
        Mask = Take<uint>(2 * Canon.Lanes);
        Inputs = Take<uint>((long)ChunkWords * InputStride);
        StreamWord = Take<uint>(InputStride);
        NextStreamWord = Take<uint>(InputStride);
        Rows = Take<uint>(InputStride);
        NoiseDraws = Take<uint>(Canon.WordSamples);
        Labels = Take<uint>(ChunkWords);
        NoisyLabels = Take<uint>(ChunkWords);
        Offsets = Take<ulong>((long)samples / CountingWorkspace.TileSamples * groups);
        Flips = Take<uint>(InputStride);
        Tables = Take<float>((long)Math.Max(groups, Canon.WordSamples / Canon.Group) * 16 * Canon.Lanes);
        Slopes = Take<float>((long)hidden * samples * padded);
        Values = Take<float>((long)hidden * samples * padded);
        LaneSums = Take<float>((long)samples * Canon.Lanes);
        Outputs = Take<float>(samples);
        Descents = Take<float>(samples);
        Targets = Take<float>(samples);
        Gradients = Take<float>(RunLayout.Parameters(shape));
        if (transformer)
            AssignAttention(shape, samples);
    }

    private void AssignAttention(in LaunchShape shape, int samples)
    {
        long rows = AttentionLayout.Rows(shape);
        long embedding = AttentionLayout.PaddedEmbedding(shape);
        long entries = AttentionLayout.PaddedEntries(shape);
        long heads = AttentionLayout.PaddedHeads(shape);
        long tokens = AttentionLayout.Tokens(shape);
        long columns = AttentionLayout.SumColumns(shape);
        Attention.Query = Take<float>(entries);
        Attention.QueryGradient = Take<float>(entries);
        Attention.Probes = Take<float>(shape.Heads * embedding);
        Attention.ProbeGradients = Take<float>(shape.Heads * embedding);
        Attention.RowScores = Take<float>(rows * heads);
        Attention.RowScoreGradients = Take<float>(rows * heads);
        Attention.RowValues = Take<float>(rows * entries);
        Attention.RowValueGradients = Take<float>(rows * entries);
        Attention.RowGradients = Take<float>(rows * embedding);
        Attention.Exponentials = Take<float>(tokens * heads);
        Attention.Repeated = Take<float>(entries);
        Attention.TokenValue = Take<float>(entries);
        Attention.TokenGradient = Take<float>(entries);
        Attention.Terms = Take<float>(tokens * columns);
        Attention.TermGradients = Take<float>(tokens * columns);
        Attention.Sums = Take<float>(samples * columns);
        Attention.Mixed = Take<float>(samples * entries);
        Attention.MixedGradients = Take<float>(samples * entries);
        Attention.Features = Take<float>(samples * embedding);
        Attention.FeatureGradients = Take<float>(samples * embedding);
    }

    /// <summary>Floats of a transformer's scratch memory per sample.</summary>
    private static long AttentionFloats(in LaunchShape shape) =>
        AttentionLayout.SumColumns(shape)
        + (2L * AttentionLayout.PaddedEntries(shape)) + (2L * AttentionLayout.PaddedEmbedding(shape));

    private T* Take<T>(long count)
        where T : unmanaged
    {
        var start = (T*)next;
        next += ((count * sizeof(T)) + Alignment - 1) & -Alignment;
        return start;
    }
}
