using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Gradients, −∂ℓ/∂ of parameters: on samples once per chunk, on tokens once per step.</summary>
internal readonly unsafe partial struct Attention<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>
    /// Adds what the chunk's samples contribute, whose d are in the workspace's slopes, to the gradients of some of the readout's hidden units, or starts
    /// these sums.
    /// </summary>
    /// <param name="samples">Samples of the chunk.</param>
    /// <param name="start">Whether sums start.</param>
    /// <param name="first">First of the units, a multiple of 16.</param>
    /// <param name="end">Behind the last of them, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddReadoutGradient(int samples, bool start, int first, int end) => DenseLayer<TVec, TLanes>.Gradient(
        Readout(workspace.Gradients).Columns(first, end),
        attention.Features,
        attention.EmbeddingStride,
        workspace.Slopes + first,
        samples,
        start);

    /// <summary>Computes d of the sums over the chunk's tokens, after the pass <see cref="AttentionWork.MixedDescent"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DescendSums(int samples)
    {
        for (int sample = 0; sample < samples; sample++)
        {
            float* sums = attention.Sums + ((long)sample * columns);
            float* mixed = attention.Mixed + ((long)sample * attention.EntryStride);
            float* descents = attention.MixedGradients + ((long)sample * attention.EntryStride);
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
    }

    /// <summary>Propagates the gradients of all tokens' terms to values and scores of rows, after the last chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void GatherTerms()
    {
        Clear(attention.RowValueGradients, (long)rows * attention.EntryStride);
        Clear(attention.RowScoreGradients, (long)rows * paddedHeads);
        for (int i = 0; i < inputs; i++)
        {
            GatherTerms(i, i, AttentionLayout.TokenRow(shape));
            GatherTerms(inputs + 1L + i, i, AttentionLayout.TokenRow(shape) + 1);
        }

        GatherTerms(inputs, AttentionLayout.ClassRow(shape), -1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DescendFeatures(int samples, bool start, int first, int end)
    {
        ClearPadding(attention.FeatureGradients, attention.EmbeddingStride, end, samples);
        DenseLayer<TVec, TLanes>.Backward(
            Readout(weights).Rows(first, Math.Min(shape.Embedding, end)),
            workspace.Slopes,
            attention.FeatureGradients + first,
            attention.EmbeddingStride,
            samples);
        DenseLayer<TVec, TLanes>.Gradient(
            Projection(workspace.Gradients).Columns(first, end),
            attention.Mixed,
            attention.EntryStride,
            attention.FeatureGradients + first,
            samples,
            start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DescendMixed(int samples, int first, int end) => DenseLayer<TVec, TLanes>.Backward(
        Projection(weights).Rows(first, Math.Min(entries, end)),
        attention.FeatureGradients,
        attention.MixedGradients + first,
        attention.EntryStride,
        samples);

    /// <summary>Propagates the gradients of a token's terms to its value and score, and from there to its rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherTerms(long token, int row, int otherRow)
    {
        float* exponentials = attention.Exponentials + (token * paddedHeads);
        float* repeated = attention.Repeated + (token * paddedEntries);
        float* own = attention.RowValueGradients + ((long)row * attention.EntryStride);
        float* other = attention.RowValueGradients + ((long)otherRow * attention.EntryStride);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddValueGradient(int first, int end) => DenseLayer<TVec, TLanes>.Gradient(
        Value(workspace.Gradients).Columns(first, end), Embeddings(weights), embedding, attention.RowValueGradients + first, rows, true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRowGradients(int first, int end)
    {
        float* embeddings = Embeddings(weights) + first;
        float* rowGradients = attention.RowGradients + first;
        ClearPadding(attention.RowGradients, embedding, end, rows);
        DenseLayer<TVec, TLanes>.Backward(
            Value(weights).Rows(first, Math.Min(shape.Embedding, end)), attention.RowValueGradients, rowGradients, embedding, rows);
        DenseLayer<TVec, TLanes>.Gradient(
            Heads(attention.ProbeGradients).Columns(first, end), attention.RowScoreGradients, paddedHeads, embeddings, rows, true);
        DenseLayer<TVec, TLanes>.Forward(
            Heads(attention.Probes).Columns(first, end), attention.RowScoreGradients, paddedHeads, rowGradients, rows, add: true);
        float* keyGradients = workspace.Gradients + AttentionLayout.Key(shape);
        for (int j = 0; j < entries; j++)
        {
            float* probe = Row(attention.ProbeGradients, j / headSize);
            TVec query = TLanes.Broadcast(attention.Query[j]);
            for (int lane = first; lane < end; lane += TLanes.Count)
                TLanes.Store(Row(keyGradients, j) + lane, TLanes.Multiply(query, TLanes.Load(probe + lane)));
        }

        float* gradients = Embeddings(workspace.Gradients);
        for (int row = 0; row < rows; row++)
        {
            for (int lane = first; lane < end; lane += TLanes.Count)
            {
                TVec sum = TLanes.Load(Row(attention.RowGradients, row) + lane);
                float* place = Row(gradients, row) + lane;
                TLanes.Store(place, row == AttentionLayout.ClassRow(shape) ? TLanes.Add(TLanes.Load(place), sum) : sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddQueryGradient(int first, int end)
    {
        float* keys = weights + AttentionLayout.Key(shape);
        for (int j = first; j < end; j++)
        {
            attention.QueryGradient[j] = j < entries
                ? scoreScale * DenseLayer<TVec, TLanes>.Dot(Row(keys, j), Row(attention.ProbeGradients, j / headSize), embedding)
                : 0f;
        }

        float* classRow = Row(Embeddings(weights), AttentionLayout.ClassRow(shape));
        DenseLayer<TVec, TLanes>.Gradient(
            Query(workspace.Gradients).Columns(first, end), classRow, embedding, attention.QueryGradient + first, 1, true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddClassGradient(int first, int end)
    {
        int last = Math.Min(shape.Embedding, end);
        DenseLayer<TVec, TLanes>.Backward(
            Query(weights).Rows(first, last), attention.QueryGradient, attention.RowGradients + first, embedding, 1);
        float* gradient = Row(Embeddings(workspace.Gradients), AttentionLayout.ClassRow(shape));
        for (int i = first; i < last; i++)
            gradient[i] += attention.RowGradients[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* sum, TVec a, TVec b) => TLanes.Store(sum, TLanes.Fma(a, b, TLanes.Load(sum)));
}
