namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A transformer up to the readout's hidden units, forward and backward, by a group of threads (NUMERICS.md, transformer). A pass goes
/// through stages, all threads waiting for each other after each: the barrier stands once, in a loop.
/// </summary>
internal static class Attention
{
    private const int Samples = Canon.WordSamples;
    private const int SampleStages = 4;
    private const int BackwardStages = 4;

    /// <summary>
    /// From the window to z of the readout's hidden units, in the scratch's values. All threads call this together.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="word">Number of the word since the last update; the first one begins with what belongs to tokens.</param>
    public static void Forward(GeneralSlot run, int word)
    {
        var scratch = AttentionScratch.Of(run);

        // No choice: see the comment at the entries of the group's books.
        int stage = TokenTerms.Stages * Math.Min(word, 1);
        while (stage < TokenTerms.Stages + SampleStages)
        {
            if (stage < TokenTerms.Stages)
                TokenTerms.Prepare(run, scratch, stage);
            else if (stage == TokenTerms.Stages)
                TokenSums.Add(run, scratch);
            else if (stage == TokenTerms.Stages + 1)
                Mix(run, scratch);
            else if (stage == TokenTerms.Stages + 2)
                DenseLayer.Forward(run.Thread, DenseShape.Projection(run.Shape, run.Floats), scratch.Mixed, scratch.Features);
            else
                DenseLayer.Forward(run.Thread, DenseShape.Readout(run.Shape, run.Floats), scratch.Features, run.Scratch.Values);

            GroupBarrier.Barrier();
            stage++;
        }
    }

    /// <summary>
    /// From d of the readout's hidden units, in the scratch's slopes, to the gradients below the output layer. All threads call this
    /// together, after the forward pass.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="words">1, or 0 where these gradients are not wanted.</param>
    /// <param name="lastWords">1 with the last word of a batch: from terms to parameters.</param>
    /// <param name="count">Samples of the word that exist.</param>
    /// <param name="start">Whether the sums start here.</param>
    public static void Backward(GeneralSlot run, int words, int lastWords, int count, bool start)
    {
        var scratch = AttentionScratch.Of(run);
        var slopes = run.Scratch.Slopes;
        int stages = words * (BackwardStages + (lastWords * TokenGradients.Stages));
        for (int stage = 0; stage < stages; stage++)
        {
            if (stage >= BackwardStages)
            {
                TokenGradients.Finish(run, scratch, stage - BackwardStages);
            }
            else if (stage == 0)
            {
                DenseLayer.AddGradient(
                    run.Thread, DenseShape.Readout(run.Shape, run.Scratch.Gradients), scratch.Features, slopes, count, start);
                DenseLayer.Backward(run.Thread, DenseShape.Readout(run.Shape, run.Floats), slopes, scratch.FeatureGradients);
            }
            else if (stage == 1)
            {
                DenseLayer.AddGradient(
                    run.Thread, DenseShape.Projection(run.Shape, run.Scratch.Gradients), scratch.Mixed, scratch.FeatureGradients, count, start);
                DenseLayer.Backward(
                    run.Thread, DenseShape.Projection(run.Shape, run.Floats), scratch.FeatureGradients, scratch.MixedGradients);
            }
            else if (stage == 2)
            {
                Unmix(run, scratch, count);
            }
            else
            {
                TokenSums.AddGradients(run, scratch, count, start);
            }

            GroupBarrier.Barrier();
        }
    }

    /// <summary>R_h = 1/D_h and o_j = N_j·R_h; a head and a sample a thread. Slopes of units that only fill the last block become +0.</summary>
    private static void Mix(GeneralSlot run, AttentionScratch scratch)
    {
        int headSize = run.Shape.HeadSize;
        var inverses = scratch.Sums.SubView((long)AttentionLayout.PaddedEntries(run.Shape) * Samples);
        for (int index = run.Thread.Index; index < run.Shape.Heads * Samples; index += run.Thread.Count)
        {
            int head = index / Samples;
            float inverse = Elementary<float, DeviceArithmetic>.Reciprocal(inverses[index]);
            inverses[index] = inverse;
            long at = ((long)head * headSize * Samples) + (index % Samples);
            for (int m = 0; m < headSize; m++, at += Samples)
                scratch.Mixed[at] = scratch.Sums[at] * inverse;
        }

        int padding = run.Shape.Width * Samples;
        int units = RunLayout.PaddedWidth(run.Shape) * Samples;
        for (int index = padding + run.Thread.Index; index < units; index += run.Thread.Count)
            run.Scratch.Slopes[index] = 0f;
    }

    /// <summary>−∂ℓ/∂ of numerators and denominators in place of them; of samples that do not exist, +0.</summary>
    private static void Unmix(GeneralSlot run, AttentionScratch scratch, int count)
    {
        int headSize = run.Shape.HeadSize;
        var denominators = scratch.Sums.SubView((long)AttentionLayout.PaddedEntries(run.Shape) * Samples);
        for (int index = run.Thread.Index; index < run.Shape.Heads * Samples; index += run.Thread.Count)
        {
            int sample = index % Samples;
            bool exists = sample < count;
            float inverse = denominators[index];
            float sum = 0f;
            long at = ((long)(index / Samples) * headSize * Samples) + sample;
            for (int m = 0; m < headSize; m++, at += Samples)
            {
                float descent = scratch.MixedGradients[at];
                float numerator = ExactMath.Fma(descent, inverse, 0f);
                sum = ExactMath.Fma(descent, scratch.Mixed[at], sum);
                scratch.Sums[at] = exists ? numerator : 0f;
            }

            float denominator = ExactMath.Fma(-sum, inverse, 0f);
            denominators[index] = exists ? denominator : 0f;
        }
    }
}
