using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// A transformer up to the readout's hidden units, forward and backward (NUMERICS.md, transformer): work on the 2n + 1 tokens is done once per step,
/// work on samples once per chunk.
/// </summary>
internal readonly unsafe partial struct Attention<TVec, TLanes>
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

    /// <summary>Computes the terms of all tokens; called before the first <see cref="Forward"/> after an update.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prepare()
    {
        float* embeddings = Embeddings(weights);
        DenseLayer<TVec, TLanes>.Forward(Query(weights), Row(embeddings, AttentionLayout.ClassRow(shape)), embedding, attention.Query, 1);
        TVec scale = TLanes.Broadcast(scoreScale);
        for (int j = 0; j < paddedEntries; j += TLanes.Count)
            TLanes.Store(attention.Query + j, TLanes.Multiply(TLanes.Load(attention.Query + j), scale));

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
        RepeatExponentials();
        for (int i = 0; i < inputs; i++)
        {
            FillTerms(i, i, AttentionLayout.TokenRow(shape));
            FillTerms(inputs + 1L + i, i, AttentionLayout.TokenRow(shape) + 1);
        }

        FillTerms(inputs, AttentionLayout.ClassRow(shape), -1);
    }

    /// <summary>Writes z of the readout's hidden units for the chunk's samples, [sample][r̂], to the workspace's slopes.</summary>
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
                TLanes.Store(inverses + head, Elementary<TVec, TLanes>.Reciprocal(TLanes.Load(inverses + head)));

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
    /// Adds what the chunk's samples contribute, whose d are in the workspace's slopes, to the gradients of the readout's hidden units, of Wo, of the
    /// class token (through the residual) and of the terms; or starts these sums.
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

    /// <summary>
    /// Computes the gradients of embeddings, queries, keys and values from those of the terms; called after the last chunk's <see cref="Backward"/>.
    /// </summary>
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
                    sum = TLanes.Fma(TLanes.Broadcast(attention.Query[j]), TLanes.Load(Row(keys, j) + lane), sum);
                }

                TLanes.Store(Row(attention.Probes, head) + lane, sum);
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
            TVec most = TLanes.Load(classScores + head);
            for (int i = 0; i < inputs; i++)
            {
                TVec score = TLanes.Load(attention.RowScores + ((long)i * paddedHeads) + head);
                TVec positive = TLanes.Add(score, TLanes.Load(plus + head));
                TVec negative = TLanes.Add(score, TLanes.Load(minus + head));
                most = TLanes.SelectGreater(positive, most, positive, most);
                most = TLanes.SelectGreater(negative, most, negative, most);
            }

            float* target = attention.Exponentials + head;
            for (int i = 0; i < inputs; i++)
            {
                TVec score = TLanes.Load(attention.RowScores + ((long)i * paddedHeads) + head);
                Exponential(target + ((long)i * paddedHeads), TLanes.Add(score, TLanes.Load(plus + head)), most);
                Exponential(target + ((inputs + 1L + i) * paddedHeads), TLanes.Add(score, TLanes.Load(minus + head)), most);
            }

            Exponential(target + ((long)inputs * paddedHeads), TLanes.Load(classScores + head), most);
        }
    }

    private static void Exponential(float* target, TVec score, TVec most) =>
        TLanes.Store(target, Elementary<TVec, TLanes>.Exp(TLanes.Subtract(score, most)));

    /// <summary>A token's terms. Its value is the sum of two rows' values, or the first row's alone where there is no second row (−1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTerms(long token, int row, int otherRow)
    {
        float* own = attention.RowValues + ((long)row * paddedEntries);
        float* other = attention.RowValues + ((long)otherRow * paddedEntries);
        float* repeated = attention.Repeated + (token * paddedEntries);
        float* values = attention.TokenValues + (token * paddedEntries);
        float* exponentials = attention.Exponentials + (token * paddedHeads);
        float* terms = attention.Terms + (token * Lanes);
        TVec zero = TLanes.Broadcast(0f);
        for (int block = 0; block < paddedEntries; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
            {
                int j = block + lane;
                TVec value = otherRow < 0 ? TLanes.Load(own + j) : TLanes.Add(TLanes.Load(own + j), TLanes.Load(other + j));
                TLanes.Store(values + j, value);
                TLanes.Store(terms + lane, TLanes.Fma(TLanes.Load(repeated + j), value, zero));
            }
        }

        for (int block = 0; block < paddedHeads; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
                TLanes.Store(terms + lane, TLanes.Load(exponentials + block + lane));
        }
    }

    /// <summary>Propagates the gradients of a token's terms to its value and score, and from there to its rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherTerms(long token, int row, int otherRow)
    {
        float* exponentials = attention.Exponentials + (token * paddedHeads);
        float* repeated = attention.Repeated + (token * paddedEntries);
        float* own = attention.RowValueGradients + ((long)row * paddedEntries);
        float* other = attention.RowValueGradients + ((long)otherRow * paddedEntries);
        float* gradients = attention.TokenGradient;
        float* terms = attention.TermGradients + (token * Lanes);
        for (int block = 0; block < paddedEntries; block += Lanes, terms += blockTerms)
        {
            for (int lane = 0; lane < Lanes; lane += TLanes.Count)
            {
                int j = block + lane;
                TVec descent = TLanes.Load(terms + lane);
                TVec exponential = TLanes.Load(repeated + j);
                TLanes.Store(gradients + j, descent);
                AddProduct(own + j, exponential, descent);
                if (otherRow >= 0)
                    AddProduct(other + j, exponential, descent);
            }
        }

        float* values = attention.TokenValues + (token * paddedEntries);
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
                    sum = TLanes.Fma(TLanes.Broadcast(descent), TLanes.Load(Row(embeddings, row) + lane), sum);
                }

                TLanes.Store(probe + lane, sum);
                for (int j = head * headSize; j < (head + 1) * headSize; j++)
                    TLanes.Store(Row(keyGradients, j) + lane, TLanes.Multiply(TLanes.Broadcast(attention.Query[j]), sum));
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
                TVec sum = TLanes.Load(Row(attention.RowGradients, row) + lane);
                for (int head = 0; head < heads; head++)
                    sum = TLanes.Fma(TLanes.Broadcast(scores[head]), TLanes.Load(Row(attention.Probes, head) + lane), sum);

                float* place = Row(gradients, row) + lane;
                TLanes.Store(place, row == AttentionLayout.ClassRow(shape) ? TLanes.Add(TLanes.Load(place), sum) : sum);
            }
        }
    }

    /// <summary>Repeats every token's exponentials for the entries of their heads: all tokens first, because reading what was just stored in parts waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RepeatExponentials()
    {
        float* exponentials = attention.Exponentials;
        float* repeated = attention.Repeated;
        for (long token = 0; token < AttentionLayout.Tokens(shape); token++, exponentials += paddedHeads, repeated += paddedEntries)
        {
            // A register may reach into the next head's place, or the next token's, which are written later.
            for (int head = 0; head < heads; head++)
            {
                TVec exponential = TLanes.Broadcast(exponentials[head]);
                for (int m = 0; m < headSize; m += TLanes.Count)
                    TLanes.Store(repeated + (head * headSize) + m, exponential);
            }

            for (int j = entries; j < paddedEntries; j++)
                repeated[j] = 0f;
        }
    }

    private static void Clear(float* target, long count) => NativeMemory.Clear(target, (nuint)count * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* sum, TVec a, TVec b) => TLanes.Store(sum, TLanes.Fma(a, b, TLanes.Load(sum)));
}
