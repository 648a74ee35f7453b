namespace ParityGpu.Kernels.Simd;

/// <summary>The passes of a transformer below its readout, in order.</summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>The terms of all tokens.</summary>
    private void PrepareAttention()
    {
        RunAttention(AttentionWork.Values);
        RunAttention(AttentionWork.Scores);
        transformer.ComputeTerms();
    }

    /// <summary>The attention layer's output for the chunk's samples.</summary>
    private void Attend(int count)
    {
        RunAttention(AttentionWork.Sums, count);
        transformer.Mix(count);
        RunAttention(AttentionWork.Features, count);
    }

    /// <summary>
    /// Adds what the chunk's samples contribute, whose d are in the workspace's slopes, to the gradients of Wo, of the class token (through the residual) and
    /// of the tokens' terms; or starts these sums.
    /// </summary>
    private void DescendAttention(int count, bool start)
    {
        RunAttention(AttentionWork.FeatureDescent, count, start);
        RunAttention(AttentionWork.MixedDescent, count, start);
        transformer.DescendSums(count);
        RunAttention(AttentionWork.TermGradients, count, start);
    }

    /// <summary>The gradients of embeddings, queries, keys and values from those of the terms, after the last chunk.</summary>
    private void FinishAttention()
    {
        transformer.GatherTerms();
        RunAttention(AttentionWork.ValueGradient);
        RunAttention(AttentionWork.RowGradients);
        RunAttention(AttentionWork.QueryGradient);
        RunAttention(AttentionWork.ClassGradient);
    }

    private void RunAttention(AttentionWork work, int count = 0, bool start = false)
    {
        var pass = new GeneralPass { Attention = work, Samples = count, Start = start };
        Run(GeneralWork.Attention, pass, transformer.Items(work));
    }
}
