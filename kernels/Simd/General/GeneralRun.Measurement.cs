namespace ParityGpu.Kernels.Simd;

/// <summary>The measurements of a run that make up its curve (NUMERICS.md, measurements).</summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Measures the run without changing it.</summary>
    public RunMeasure Measure(in RunState state, bool gap)
    {
        isFinite = state.Status != (int)RunStatus.Diverged;
        var measure = new RunMeasure { Gap = float.NaN };
        MeasureTraining(state.Steps, ref measure);
        float* sums = stackalloc float[Monomial.Most];
        measure.HeldOutErrors = HeldOutErrors(state.Steps, int.MaxValue, sums);
        measure.Means = Means(sums);
        if (gap && !attends && shape.Tasks == 0)
            measure.Gap = PopulationGap(state.Steps);

        MeasureMovement(ref measure);
        for (int task = 0; task < shape.Tasks; task++)
            taskLosses[task] = TaskLoss(state.Steps, task);

        return measure;
    }

    private void MeasureTraining(long step, ref RunMeasure measure)
    {
        int total = shape.Samples > 0 ? shape.Samples : shape.Batch;
        int stage = Stage(step);
        float sum = 0f;
        var source = shape.Samples > 0
            ? new SampleSource { Kind = SampleKind.Points }
            : new SampleSource { Kind = SampleKind.Training, First = SampleWindow.FirstSample(step, shape.Batch) };
        Prepare();
        for (int done = 0; done < total; done += chunk)
        {
            int count = Math.Min(chunk, total - done);
            Draw(source with { First = source.First + (ulong)done }, count);
            Forward(count, stage);
            FillTargets(count);
            measure.TrainErrors = AddMisfit(measure.TrainErrors, count, workspace.NoisyLabels);
            sum = AddLosses(sum, count);
        }

        measure.TrainLoss = sum * Elementary<float, ScalarLane>.Reciprocal(total);
    }

    /// <summary>Mean loss on samples of a single task; the network is already prepared.</summary>
    private float TaskLoss(long step, int task)
    {
        int total = Canon.Words(settings.TaskSamples);
        int stage = Stage(step);
        float sum = 0f;
        for (int word = 0; word < total; word += workspace.ChunkWords)
        {
            int words = Math.Min(workspace.ChunkWords, total - word);
            int count = Math.Min(words * Canon.WordSamples, settings.TaskSamples - (word * Canon.WordSamples));
            Draw(new SampleSource { Kind = SampleKind.SingleTask, First = (ulong)((task * total) + word), Step = step, Task = task }, count);
            Forward(count, stage);
            FillTargets(count);
            sum = AddLosses(sum, count);
        }

        return sum * Elementary<float, ScalarLane>.Reciprocal(settings.TaskSamples);
    }

    /// <summary>S ← fma(ℓ, 1, S), sample by sample.</summary>
    private readonly float AddLosses(float sum, int count)
    {
        for (int b = 0; b < count; b++)
        {
            float loss = Losses<float, ScalarLane>.Value(settings.Loss, workspace.Targets[b], workspace.Outputs[b]);
            sum = MathF.FusedMultiplyAdd(loss, 1f, sum);
        }

        return sum;
    }

    /// <summary>Compares with the initial parameters, drawn anew.</summary>
    private readonly void MeasureMovement(ref RunMeasure measure)
    {
        float* initial = workspace.Gradients;
        InitialParameters.Draw(initial, shape, settings);
        long stride = AttentionLayout.PaddedEmbedding(shape);
        for (long p = 0; p < RunLayout.Parameters(shape); p++)
            measure.Movement = Math.Max(measure.Movement, Distance(weights[p], initial[p]));

        for (int i = 0; i < shape.Inputs; i++)
        {
            float movement = 0f;
            for (int j = 0; j < (attends ? shape.Embedding : shape.Width); j++)
            {
                long p = attends
                    ? AttentionLayout.Embeddings(shape) + (i * stride) + j
                    : FirstLayerLayout.Index(shape.Inputs, j, i);
                movement = Math.Max(movement, Distance(weights[p], initial[p]));
            }

            if (IsRelevant(i))
                measure.MovementRelevant = Math.Max(measure.MovementRelevant, movement);
            else
                measure.MovementIrrelevant = Math.Max(measure.MovementIrrelevant, movement);
        }
    }

    /// <summary>|a − b|, and +∞ where that is NaN.</summary>
    private static float Distance(float a, float b) => float.IsNaN(a - b) ? float.PositiveInfinity : Math.Abs(a - b);

    /// <summary>The Fourier gap of the gradient over all 2^n inputs (<see cref="RunMeasure.Gap"/>).</summary>
    private float PopulationGap(long step)
    {
        long total = 1L << shape.Inputs;
        int stage = Stage(step);
        bool start = true;
        for (long done = 0; done < total; done += chunk, start = false)
        {
            int count = (int)Math.Min(chunk, total - done);
            Draw(new SampleSource { Kind = SampleKind.AllInputs, First = (ulong)(done / Canon.WordSamples) }, count);
            Forward(count, stage);
            FillTargets(count);
            Descend(count);
            Backward(count, stage, start, (int)TrainedLayers.All, moves: false);
        }

        if (shape.Model == (int)Model.DisjointPolynet)
            Head<TVec, TLanes>.KeepBlocks(workspace.Gradients, shape);

        float gap = float.NegativeInfinity;
        for (int j = 0; j < shape.Width; j++)
        {
            float relevant = float.PositiveInfinity;
            float irrelevant = 0f;
            for (int i = 0; i < shape.Inputs; i++)
            {
                float size = Distance(workspace.Gradients[FirstLayerLayout.Index(shape.Inputs, j, i)], 0f);
                if (IsRelevant(i))
                    relevant = Math.Min(relevant, size);
                else
                    irrelevant = Math.Max(irrelevant, size);
            }

            // +∞ − +∞ is NaN and must count as less than any number.
            gap = relevant - irrelevant > gap ? relevant - irrelevant : gap;
        }

        return gap * (1f / total);
    }

    private readonly bool IsRelevant(int input)
    {
        for (int q = 0; q < settings.Degree; q++)
        {
            if (subset[q] == input)
                return true;
        }

        return false;
    }
}
