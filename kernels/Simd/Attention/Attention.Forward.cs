using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>The terms of all tokens, once per step; the readout's hidden units, once per chunk.</summary>
internal readonly unsafe partial struct Attention<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Computes the terms of all tokens, after the passes <see cref="AttentionWork.Values"/> and <see cref="AttentionWork.Scores"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ComputeTerms()
    {
        // Not in the pass: the padding is cleared together with scores, which other workers may be writing.
        Head<TVec, TLanes>.ClearPadding(attention.RowScores + paddedHeads - Lanes, paddedHeads, workspace, heads, rows);
        FillExponentials();
        RepeatExponentials();
        for (int i = 0; i < inputs; i++)
        {
            FillTerms(i, i, AttentionLayout.TokenRow(shape));
            FillTerms(inputs + 1L + i, i, AttentionLayout.TokenRow(shape) + 1);
        }

        FillTerms(inputs, AttentionLayout.ClassRow(shape), -1);
    }

    /// <summary>Divides the sums over the chunk's tokens, after the pass <see cref="AttentionWork.Sums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mix(int samples)
    {
        for (int sample = 0; sample < samples; sample++)
        {
            float* sums = attention.Sums + ((long)sample * columns);
            float* mixed = attention.Mixed + ((long)sample * attention.EntryStride);
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
    }

    /// <summary>Writes z of some of the readout's hidden units for the chunk's samples, [sample][r̂], to the workspace's slopes.</summary>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="first">First of the units, a multiple of 16.</param>
    /// <param name="end">Behind the last of them, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ReadOut(int samples, int first, int end) => DenseLayer<TVec, TLanes>.Forward(
        Readout(weights).Columns(first, end), attention.Features, attention.EmbeddingStride, workspace.Slopes + first, samples);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeValues(int first, int end)
    {
        float* embeddings = Embeddings(weights);
        DenseLayer<TVec, TLanes>.Forward(
            Query(weights).Columns(first, end), Row(embeddings, AttentionLayout.ClassRow(shape)), embedding, attention.Query + first, 1);
        TVec scale = TLanes.Broadcast(scoreScale);
        for (int j = first; j < end; j += TLanes.Count)
            TLanes.Store(attention.Query + j, TLanes.Multiply(TLanes.Load(attention.Query + j), scale));

        DenseLayer<TVec, TLanes>.Forward(Value(weights).Columns(first, end), embeddings, embedding, attention.RowValues + first, rows);
    }

    /// <summary>Wkᵀq of some heads, and their scores of all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeScores(int first, int end)
    {
        float* keys = weights + AttentionLayout.Key(shape);
        for (int head = first; head < end; head++)
        {
            for (int lane = 0; lane < embedding; lane += TLanes.Count)
            {
                TVec sum = TLanes.Broadcast(0f);
                for (int j = head * headSize; j < (head + 1) * headSize; j++)
                    sum = TLanes.Fma(TLanes.Broadcast(attention.Query[j]), TLanes.Load(Row(keys, j) + lane), sum);

                TLanes.Store(Row(attention.Probes, head) + lane, sum);
            }
        }

        DenseLayer<TVec, TLanes>.Backward(
            Heads(attention.Probes).Rows(first, end), Embeddings(weights), attention.RowScores + first, paddedHeads, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeFeatures(int samples, int first, int end) => DenseLayer<TVec, TLanes>.Forward(
        Projection(weights).Columns(first, end), attention.Mixed, attention.EntryStride, attention.Features + first, samples);

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
        float* own = attention.RowValues + ((long)row * attention.EntryStride);
        float* other = attention.RowValues + ((long)otherRow * attention.EntryStride);
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
}
