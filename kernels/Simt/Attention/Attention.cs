namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A transformer up to the readout's hidden units, forward and backward, by a group of threads (NUMERICS.md, transformer). A pass goes through stages
/// with a barrier after each; the barrier appears once, in a loop.
/// </summary>
internal static class Attention
{
    private const int SampleQuads = Canon.SampleQuads;
    private const int SampleStages = 5;
    private const int BackwardStages = 5;

    /// <summary>
    /// From the window to z of the readout's hidden units, in the scratch's values. All threads call this together.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="word">Number of the word since the last update; the first one begins with the tokens' terms.</param>
    public static void Forward(GeneralSlot run, int word)
    {
        var shape = run.Shape.Attention;
        var scratch = new AttentionScratch(run);

        // A product instead of a conditional: see the comment at the entries of the group's books.
        int stage = TokenTerms.Stages * Math.Min(word, 1);
        while (stage < TokenTerms.Stages + SampleStages)
        {
            if (stage < TokenTerms.Stages)
                TokenTerms.Prepare(run, scratch, stage);
            else if (stage == TokenTerms.Stages)
                TokenSums.FillPatterns(run, scratch);
            else if (stage == TokenTerms.Stages + 1)
                TokenSums.Add(run, scratch);
            else if (stage == TokenTerms.Stages + 2)
                Mix(run, scratch);
            else if (stage == TokenTerms.Stages + 3)
                DenseLayer.Forward(
                    run.Thread, shape.Projection, scratch.Parameters, scratch.Quads, shape.Mixed, scratch.Quads, shape.Features);
            else
                DenseLayer.Forward(run.Thread, shape.Readout, scratch.Parameters, scratch.Quads, shape.Features, scratch.Values, 0);

            GroupBarrier.Barrier();
            stage++;
        }
    }

    /// <summary>
    /// From d of the readout's hidden units, in the scratch's slopes, to the gradients below the output layer. All threads call this
    /// together, after the forward pass.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="words">1, or 0 if these gradients are not needed.</param>
    /// <param name="lastWords">1 for the last word of a batch, where the terms' gradients are turned into those of parameters.</param>
    /// <param name="count">Samples of the word that exist.</param>
    /// <param name="start">Whether the sums start here.</param>
    public static void Backward(GeneralSlot run, int words, int lastWords, int count, bool start)
    {
        var shape = run.Shape.Attention;
        var scratch = new AttentionScratch(run);
        // Counted down: ILGPU would compute the number of stages again for every one.
        int left = words * (BackwardStages + (lastWords * TokenGradients.Stages));
        for (int stage = 0; left > 0; stage++, left--)
        {
            if (stage >= BackwardStages)
            {
                TokenGradients.Finish(run, scratch, stage - BackwardStages);
            }
            else if (stage == 0)
            {
                DenseLayer.AddGradient(
                    run.Thread, shape.Readout, scratch.Gradients, scratch.Quads, shape.Features, scratch.Slopes, 0, count, start);
                DenseLayer.Backward(
                    run.Thread, shape.Readout, scratch.Quads, shape.ReadoutCopy, scratch.Slopes, 0, shape.FeatureGradients);
            }
            else if (stage == 1)
            {
                DenseLayer.AddGradient(
                    run.Thread,
                    shape.Projection,
                    scratch.Gradients,
                    scratch.Quads,
                    shape.Mixed,
                    scratch.Quads,
                    shape.FeatureGradients,
                    count,
                    start);
                DenseLayer.Backward(
                    run.Thread,
                    shape.Projection,
                    scratch.Quads,
                    shape.ProjectionCopy,
                    scratch.Quads,
                    shape.FeatureGradients,
                    shape.MixedGradients);
            }
            else if (stage == 2)
            {
                Unmix(run, scratch, count);
            }
            else if (stage == 3)
            {
                TokenSums.FillGradientTables(run, scratch);
            }
            else
            {
                TokenSums.AddGradients(run, scratch, start);
            }

            GroupBarrier.Barrier();
        }
    }

    /// <summary>
    /// R_h = 1/D_h and o_j = N_j·R_h; a head and four samples per thread. Slopes of units that are padding become +0.
    /// </summary>
    private static void Mix(GeneralSlot run, AttentionScratch scratch)
    {
        var shape = run.Shape.Attention;
        int rows = run.Shape.HeadSize * SampleQuads;
        int samples = run.Thread.Index & (SampleQuads - 1);
        for (int head = run.Thread.Index / SampleQuads; head < run.Shape.Heads; head += run.Thread.Count / SampleQuads)
        {
            int denominator = Denominator(shape, head, samples);
            var inverse = Elementary<FloatQuad, QuadArithmetic>.Reciprocal(scratch.Quads[denominator]);
            scratch.Quads[denominator] = inverse;
            int end = ((head + 1) * rows) + samples;
            for (int at = (head * rows) + samples; at < end; at += SampleQuads)
                scratch.Quads[shape.Mixed + at] = QuadArithmetic.Multiply(scratch.Quads[shape.Sums + at], inverse);
        }

        int units = shape.Readout.Blocks * Canon.Lanes * SampleQuads;
        for (int index = (run.Shape.Width * SampleQuads) + run.Thread.Index; index < units; index += run.Thread.Count)
            scratch.Slopes[index] = default;
    }

    /// <summary>
    /// Replaces numerators and denominators by −∂ℓ/∂ of them, which is +0 for samples that do not exist. A head and four samples per thread.
    /// </summary>
    private static void Unmix(GeneralSlot run, AttentionScratch scratch, int count)
    {
        var shape = run.Shape.Attention;
        int rows = run.Shape.HeadSize * SampleQuads;
        int samples = run.Thread.Index & (SampleQuads - 1);
        int existing = count - (4 * samples);
        for (int head = run.Thread.Index / SampleQuads; head < run.Shape.Heads; head += run.Thread.Count / SampleQuads)
        {
            int denominator = Denominator(shape, head, samples);
            var inverse = scratch.Quads[denominator];
            var sums = default(FloatQuad);
            int end = ((head + 1) * rows) + samples;
            for (int at = (head * rows) + samples; at < end; at += SampleQuads)
            {
                var descents = scratch.Quads[shape.MixedGradients + at];
                sums = QuadArithmetic.Fma(descents, scratch.Quads[shape.Mixed + at], sums);
                scratch.Quads[shape.Sums + at] = Quad.Before(QuadArithmetic.Fma(descents, inverse, default), existing);
            }

            var minus = new FloatQuad { X = -sums.X, Y = -sums.Y, Z = -sums.Z, W = -sums.W };
            scratch.Quads[denominator] = Quad.Before(QuadArithmetic.Fma(minus, inverse, default), existing);
        }
    }

    private static int Denominator(AttentionShape shape, int head, int samples) =>
        shape.Sums + (((4 * shape.EntryQuads) + head) * SampleQuads) + samples;
}
