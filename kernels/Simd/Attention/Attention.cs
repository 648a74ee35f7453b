using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// A transformer up to the readout's hidden units, forward and backward (NUMERICS.md, transformer): what concerns the 2n + 1 tokens once
/// a step, what concerns samples for each chunk.
/// </summary>
internal readonly unsafe struct Attention<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int Lanes = Canon.Lanes;

    private readonly LaunchShape shape;
    private readonly GeneralWorkspace workspace;
    private readonly AttentionWorkspace attention;
    private readonly float* weights;
    private readonly float scoreScale;
    private readonly int inputs;
    private readonly int rows;
    private readonly int embedding;
    private readonly int heads;
    private readonly int headSize;
    private readonly int entries;
    private readonly int paddedEntries;
    private readonly int paddedHeads;
    private readonly int columns;
    private readonly long blockTerms;

    public Attention(in LaunchShape shape, in GeneralWorkspace workspace, float* weights, float scoreScale)
    {
        this.shape = shape;
        this.workspace = workspace;
        this.weights = weights;
        this.scoreScale = scoreScale;
        attention = workspace.Attention;
        inputs = shape.Inputs;
        rows = AttentionLayout.Rows(shape);
        embedding = AttentionLayout.PaddedEmbedding(shape);
        heads = shape.Heads;
        headSize = shape.HeadSize;
        entries = AttentionLayout.Entries(shape);
        paddedEntries = AttentionLayout.PaddedEntries(shape);
        paddedHeads = AttentionLayout.PaddedHeads(shape);
        columns = AttentionLayout.SumColumns(shape);
        blockTerms = AttentionLayout.Tokens(shape) * Lanes;
    }

    /// <summary>The terms of all tokens from the parameters; before the first <see cref="Forward"/> after an update.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prepare()
    {
        float* embeddings = Embeddings(weights);
        DenseLayer<TVec, TLanes>.Forward(Query(weights), Row(embeddings, AttentionLayout.ClassRow(shape)), embedding, attention.Query, 1);
        TVec scale = TLanes.Broadcast(scoreScale);
        for (int j = 0; j < paddedEntries; j += TLanes.Count)
            Store(attention.Query + j, TLanes.Multiply(Load(attention.Query + j), scale));

        FillProbes();
        Clear(attention.RowScores, (long)rows * paddedHeads);
        for (int row = 0; row < rows; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                attention.RowScores[((long)row * paddedHeads) + head] =
                    DenseLayer<TVec, TLanes>.Dot(Row(attention.Probes, head), Row(embeddings, row), embedding);
            }
        }

        DenseLayer<TVec, TLanes>.Forward(Value(weights), embeddings, embedding, attention.RowValues, rows);
        FillExponentials();
        for (int i = 0; i < inputs; i++)
        {
            FillTerms(i, i, AttentionLayout.TokenRow(shape));
            FillTerms(inputs + 1L + i, i, AttentionLayout.TokenRow(shape) + 1);
        }

        FillTerms(inputs, AttentionLayout.ClassRow(shape), -1);
    }

    /// <summary>z of the readout's hidden units of the chunk's samples, [sample][r̂], into the workspace's slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(int samples)
    {
        TokenSums<TVec, TLanes>.Forward(workspace, shape, samples);
        for (int sample = 0; sample < samples; sample++)
        {
            float* sums = attention.Sums + ((long)sample * columns);
            float* mixed = attention.Mixed + ((long)sample * paddedEntries);
            float* inverses = sums + paddedEntries;
            for (int head = 0; head < paddedHeads; head += TLanes.Count)
                Store(inverses + head, Elementary<TVec, TLanes>.Reciprocal(Load(inverses + head)));

            for (int head = 0, j = 0; head < heads; head++)
            {
                float inverse = inverses[head];
                for (int end = j + headSize; j < end; j++)
                    mixed[j] = sums[j] * inverse;
            }
        }

        DenseLayer<TVec, TLanes>.Forward(Projection(weights), attention.Mixed, paddedEntries, attention.Features, samples);
        DenseLayer<TVec, TLanes>.Forward(Readout(weights), attention.Features, embedding, workspace.Slopes, samples);
    }

    /// <summary>
    /// Adds to the gradients of the readout's hidden units, of Wo, of the class token by the residual and of the terms what the chunk's
    /// samples, whose d are in the workspace's slopes, contribute, or starts them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(int samples, bool start)
    {
        float* gradients = workspace.Gradients;
        DenseLayer<TVec, TLanes>.Gradient(Readout(gradients), attention.Features, embedding, workspace.Slopes, samples, start);
        Clear(attention.FeatureGradients, (long)samples * embedding);
        DenseLayer<TVec, TLanes>.Backward(Readout(weights), workspace.Slopes, attention.FeatureGradients, embedding, samples);
        DenseLayer<TVec, TLanes>.Gradient(
            Projection(gradients), attention.Mixed, paddedEntries, attention.FeatureGradients, samples, start);
        DenseLayer<TVec, TLanes>.Backward(
            Projection(weights), attention.FeatureGradients, attention.MixedGradients, paddedEntries, samples);
        for (int sample = 0; sample < samples; sample++)
        {
            float* sums = attention.Sums + ((long)sample * columns);
            float* mixed = attention.Mixed + ((long)sample * paddedEntries);
            float* descents = attention.MixedGradients + ((long)sample * paddedEntries);
            for (int head = 0, j = 0; head < heads; head++)
            {
                float inverse = sums[paddedEntries + head];
                float sum = 0f;
                for (int end = j + headSize; j < end; j++)
                {
                    sums[j] = MathF.FusedMultiplyAdd(descents[j], inverse, 0f);
                    sum = MathF.FusedMultiplyAdd(descents[j], mixed[j], sum);
                }

                sums[paddedEntries + head] = MathF.FusedMultiplyAdd(-sum, inverse, 0f);
            }

            new Span<float>(sums + entries, paddedEntries - entries).Clear();
            new Span<float>(sums + paddedEntries + heads, paddedHeads - heads).Clear();
        }

        // Samples are taken in fours.
        for (int sample = samples; sample % Canon.Group != 0; sample++)
            new Span<float>(attention.Sums + ((long)sample * columns), columns).Clear();

        TokenSums<TVec, TLanes>.Backward(workspace, shape, samples, start);
    }

    /// <summary>Gradients of embeddings, queries, keys and values from those of the terms; after the last chunk's <see cref="Backward"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        float* embeddings = Embeddings(weights);
        float* gradients = workspace.Gradients;
        Clear(attention.RowValueGradients, (long)rows * paddedEntries);
        Clear(attention.RowScoreGradients, (long)rows * paddedHeads);
        Clear(attention.RowGradients, (long)rows * embedding);
        for (int i = 0; i < inputs; i++)
        {
            GatherTerms(i, i, AttentionLayout.TokenRow(shape));
            GatherTerms(inputs + 1L + i, i, AttentionLayout.TokenRow(shape) + 1);
        }

        GatherTerms(inputs, AttentionLayout.ClassRow(shape), -1);
        DenseLayer<TVec, TLanes>.Gradient(Value(gradients), embeddings, embedding, attention.RowValueGradients, rows, true);
        DenseLayer<TVec, TLanes>.Backward(Value(weights), attention.RowValueGradients, attention.RowGradients, embedding, rows);
        FinishProbes(embeddings);
        FinishRows(Embeddings(gradients));

        float* classRow = Row(embeddings, AttentionLayout.ClassRow(shape));
        DenseLayer<TVec, TLanes>.Gradient(Query(gradients), classRow, embedding, attention.QueryGradient, 1, true);
        DenseLayer<TVec, TLanes>.Backward(Query(weights), attention.QueryGradient, attention.RowGradients, embedding, 1);
        float* classGradient = Row(Embeddings(gradients), AttentionLayout.ClassRow(shape));
        for (int i = 0; i < shape.Embedding; i++)
            classGradient[i] += attention.RowGradients[i];
    }

    /// <summary>Wkᵀq of each head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillProbes()
    {
        float* keys = weights + AttentionLayout.Key(shape);
        for (int head = 0; head < heads; head++)
        {
            for (int lane = 0; lane < embedding; lane += TLanes.Count)
            {
                TVec sum = TLanes.Broadcast(0f);
                for (int m = 0; m < headSize; m++)
                {
                    int j = (head * headSize) + m;
                    sum = TLanes.Fma(TLanes.Broadcast(attention.Query[j]), Load(Row(keys, j) + lane), sum);
                }

                Store(Row(attention.Probes, head) + lane, sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillExponentials()
    {
        float* plus = attention.RowScores + ((long)AttentionLayout.TokenRow(shape) * paddedHeads);
        float* minus = plus + paddedHeads;
        float* classScores = minus + paddedHeads;
        for (int head = 0; head < paddedHeads; head += TLanes.Count)
        {
            TVec most = Load(classScores + head);
            for (int i = 0; i < inputs; i++)
            {
                TVec score = Load(attention.RowScores + ((long)i * paddedHeads) + head);
                TVec positive = TLanes.Add(score, Load(plus + head));
                TVec negative = TLanes.Add(score, Load(minus + head));
                most = TLanes.SelectGreater(positive, most, positive, most);
                most = TLanes.SelectGreater(negative, most, negative, most);
            }

            float* target = attention.Exponentials + head;
            for (int i = 0; i < inputs; i++)
            {
                TVec score = Load(attention.RowScores + ((long)i * paddedHeads) + head);
                Exponential(target + ((long)i * paddedHeads), TLanes.Add(score, Load(plus + head)), most);
                Exponential(target + ((inputs + 1L + i) * paddedHeads), TLanes.Add(score, Load(minus + head)), most);
            }

            Exponential(target + ((long)inputs * paddedHeads), Load(classScores + head), most);
        }
    }

    private static void Exponential(float* target, TVec score, TVec most) =>
        Store(target, Elementary<TVec, TLanes>.Exp(TLanes.Subtract(score, most)));

    /// <summary>A token's terms; its value is the sum of those of two rows, or that of the first one where there is no other (−1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTerms(long token, int row, int otherRow)
    {
        float* exponentials = Repeat(token, row, otherRow);
        float* repeated = attention.Repeated;
        float* values = attention.TokenValue;
        float* terms = attention.Terms + (token * Lanes);
        TVec zero = TLanes.Broadcast(0f);
        for (int block = 0; block < paddedEntries; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
                Store(terms + lane, TLanes.Fma(Load(repeated + block + lane), Load(values + block + lane), zero));
        }

        for (int block = 0; block < paddedHeads; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
                Store(terms + lane, Load(exponentials + block + lane));
        }
    }

    /// <summary>From the gradients of a token's terms to its value's and score's, and on to its rows'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherTerms(long token, int row, int otherRow)
    {
        float* exponentials = Repeat(token, row, otherRow);
        float* repeated = attention.Repeated;
        float* own = attention.RowValueGradients + ((long)row * paddedEntries);
        float* other = attention.RowValueGradients + ((long)otherRow * paddedEntries);
        float* gradients = attention.TokenGradient;
        float* terms = attention.TermGradients + (token * Lanes);
        for (int block = 0; block < paddedEntries; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
            {
                int j = block + lane;
                TVec descent = Load(terms + lane);
                TVec exponential = Load(repeated + j);
                Store(gradients + j, descent);
                AddProduct(own + j, exponential, descent);
                if (otherRow >= 0)
                    AddProduct(other + j, exponential, descent);
            }
        }

        float* values = attention.TokenValue;
        float* ownScore = attention.RowScoreGradients + ((long)row * paddedHeads);
        float* otherScore = attention.RowScoreGradients + ((long)otherRow * paddedHeads);
        for (int head = 0, j = 0; head < heads; head++)
        {
            float descent = terms[(head / Lanes * blockTerms) + (head % Lanes)];
            for (int end = j + headSize; j < end; j++)
                descent = MathF.FusedMultiplyAdd(gradients[j], values[j], descent);

            ownScore[head] = MathF.FusedMultiplyAdd(exponentials[head], descent, ownScore[head]);
            if (otherRow >= 0)
                otherScore[head] = MathF.FusedMultiplyAdd(exponentials[head], descent, otherScore[head]);
        }
    }

    /// <summary>Gradients of the probes, of Wk and of the query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishProbes(float* embeddings)
    {
        float* keys = weights + AttentionLayout.Key(shape);
        float* keyGradients = workspace.Gradients + AttentionLayout.Key(shape);
        new Span<float>(attention.QueryGradient, paddedEntries).Clear();
        for (int head = 0; head < heads; head++)
        {
            float* probe = Row(attention.ProbeGradients, head);
            for (int lane = 0; lane < embedding; lane += TLanes.Count)
            {
                TVec sum = TLanes.Broadcast(0f);
                for (int row = 0; row < rows; row++)
                {
                    float descent = attention.RowScoreGradients[((long)row * paddedHeads) + head];
                    sum = TLanes.Fma(TLanes.Broadcast(descent), Load(Row(embeddings, row) + lane), sum);
                }

                Store(probe + lane, sum);
                for (int j = head * headSize; j < (head + 1) * headSize; j++)
                    Store(Row(keyGradients, j) + lane, TLanes.Multiply(TLanes.Broadcast(attention.Query[j]), sum));
            }

            for (int j = head * headSize; j < (head + 1) * headSize; j++)
                attention.QueryGradient[j] = scoreScale * DenseLayer<TVec, TLanes>.Dot(Row(keys, j), probe, embedding);
        }
    }

    /// <summary>Gradients of all rows but for the class token's query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishRows(float* gradients)
    {
        for (int row = 0; row < rows; row++)
        {
            float* scores = attention.RowScoreGradients + ((long)row * paddedHeads);
            for (int lane = 0; lane < embedding; lane += TLanes.Count)
            {
                TVec sum = Load(Row(attention.RowGradients, row) + lane);
                for (int head = 0; head < heads; head++)
                    sum = TLanes.Fma(TLanes.Broadcast(scores[head]), Load(Row(attention.Probes, head) + lane), sum);

                float* place = Row(gradients, row) + lane;
                Store(place, row == AttentionLayout.ClassRow(shape) ? TLanes.Add(Load(place), sum) : sum);
            }
        }
    }

    /// <summary>A token's exponentials, also repeated for the entries of their heads, and its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Repeat(long token, int row, int otherRow)
    {
        float* exponentials = attention.Exponentials + (token * paddedHeads);
        float* repeated = attention.Repeated;
        for (int head = 0, j = 0; head < heads; head++)
        {
            float exponential = exponentials[head];
            for (int end = j + headSize; j < end; j++)
                repeated[j] = exponential;
        }

        for (int j = entries; j < paddedEntries; j++)
            repeated[j] = 0f;

        float* own = attention.RowValues + ((long)row * paddedEntries);
        float* other = attention.RowValues + ((long)otherRow * paddedEntries);
        for (int j = 0; j < paddedEntries; j += TLanes.Count)
            Store(attention.TokenValue + j, otherRow < 0 ? Load(own + j) : TLanes.Add(Load(own + j), Load(other + j)));

        return exponentials;
    }

    private static void Clear(float* target, long count) => NativeMemory.Clear(target, (nuint)count * sizeof(float));

    private float* Row(float* matrix, int row) => matrix + ((long)row * embedding);

    private float* Embeddings(float* parameters) => parameters + AttentionLayout.Embeddings(shape);

    private DenseShape Query(float* parameters) => Square(parameters + AttentionLayout.Query(shape));

    private DenseShape Value(float* parameters) => Square(parameters + AttentionLayout.Value(shape));

    private DenseShape Square(float* matrix) => new()
    {
        Weights = matrix,
        BlockFloats = (long)shape.Embedding * Lanes,
        Inputs = shape.Embedding,
        PaddedOutputs = paddedEntries,
    };

    /// <summary>Wo, its bias the class token: the residual.</summary>
    private DenseShape Projection(float* parameters) => new()
    {
        Weights = parameters + AttentionLayout.Projection(shape),
        BlockFloats = (long)entries * Lanes,
        Inputs = entries,
        PaddedOutputs = embedding,
        Bias = Row(Embeddings(parameters), AttentionLayout.ClassRow(shape)),
        BiasBlockFloats = Lanes,
    };

    private DenseShape Readout(float* parameters) => new()
    {
        Weights = parameters,
        BlockFloats = (long)FirstLayerLayout.Rows(shape.Embedding) * Lanes,
        Inputs = shape.Embedding,
        PaddedOutputs = RunLayout.PaddedWidth(shape),
        Bias = parameters + ((long)shape.Embedding * Lanes),
        BiasBlockFloats = (long)FirstLayerLayout.Rows(shape.Embedding) * Lanes,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* sum, TVec a, TVec b) => Store(sum, TLanes.Fma(a, b, Load(sum)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Load(void* address) => *(TVec*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(void* address, TVec value) => *(TVec*)address = value;
}
