using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// One run on one CPU worker: draws batches, scores them, and decides when the run ends (NUMERICS.md, "End of a run").
/// </summary>
internal unsafe ref struct CountingRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int TileSamples = TableOffsets.TileSamples;

    private readonly LaunchShape shape;
    private readonly byte* scratch;
    private readonly CountingWorkspace workspace;
    private readonly float* weights;
    private readonly float* outputBias;
    private readonly int* subset;
    private readonly Team* team;
    private readonly RunSettings settings;
    private readonly int words;
    private readonly bool tabled;
    private SampleStream stream;
    private int labelSum;

    /// <summary>Prepares to advance a run.</summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="scratch">The worker's scratch memory.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="team">The run's team, which this worker leads; null for none.</param>
    /// <param name="slot">Number of the slot.</param>
    public CountingRun(in LaunchShape shape, byte* scratch, in RunBuffers buffers, Team* team, int slot)
    {
        this.shape = shape;
        this.scratch = scratch;
        workspace = CountingWorkspace.At(scratch, shape);
        this.team = team;
        weights = Workers.At(buffers.Runs, slot * RunLayout.RunFloats(shape));
        outputBias = weights + FirstLayerLayout.OutputBias(shape.Inputs, shape.Width);
        subset = Workers.At(buffers.Subsets, (long)slot * shape.SubsetStride);
        RunSettings* stored = Workers.At(buffers.Settings, (long)slot * shape.InputPhases);
        settings = *stored;
        var draws = new InputWords(stored, shape.Inputs, workspace.LevelWords, workspace.InputStride);
        stream = new SampleStream(workspace.StreamWord, workspace.NextStreamWord, workspace.InputStride, draws);
        words = Canon.Words(shape.Batch);
        tabled = shape.Batch >= CountingWorkspace.FirstTabledBatch;
    }

    /// <summary>The state after up to C more steps, but not past the step at which the run waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RunState Advance(RunState state)
    {
        if (state.Status == (int)RunStatus.Fresh)
        {
            InitialParameters.DrawFirstLayer(weights, shape, settings);
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        int steps = state.StopAt == 0 ? shape.ChunkSteps : (int)Math.Min(shape.ChunkSteps, state.StopAt - state.Steps);
        if (state.Status != (int)RunStatus.Running || steps <= 0)
            return state;

        // Some passes include the padding of the last block, which is active on no sample, and others leave it out.
        new Span<uint>(workspace.Active + ((Canon.Blocks(shape.Width) - 1L) * words * Canon.Lanes), words * Canon.Lanes).Clear();
        if (team != null)
            team->Start(scratch);

        DrawBatch(state.Steps);
        if (team != null)
            team->AwaitHelpers();

        Pass(update: false, forward: true);
        for (int left = steps; left > 0 && state.Status == (int)RunStatus.Running; left--)
        {
            if (team != null)
                team->BeginStep();

            int errors = ScoreBatch();
            PrepareUpdate();
            EndOfRun.Count(settings, shape.Batch, ref state, errors, finite: true);
            bool due = EndOfRun.IsCheckDue(settings, shape.Batch, state);
            bool last = state.Steps >= settings.MaxSteps;
            if (!due && !last && left > 1)
            {
                DrawBatch(state.Steps);
                if (!Pass(update: true, forward: true))
                    state.Status = (int)RunStatus.Diverged;

                continue;
            }

            if (!Pass(update: true, forward: false))
                state.Status = (int)RunStatus.Diverged;
            else if (due || last)
                EndOfRun.Judge(settings, ref state, due, HeldOutErrors(state.Steps, most: last ? int.MaxValue : settings.AllowedErrors));

            if (state.Status == (int)RunStatus.Running && left > 1)
            {
                DrawBatch(state.Steps);
                Pass(update: false, forward: true);
            }
        }

        return state;
    }

    /// <summary>Puts the batch that follows <paramref name="step"/> steps into the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawBatch(long step)
    {
        stream.Fill(workspace.Inputs, SampleWindow.FirstSample(step, shape.Batch), shape.Batch);
        ComputeLabels(words);
        if (tabled)
            ComputeOffsets(TableOffsets.Tiles(shape.Batch));
        else
            SpreadInputs();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeLabels(int count)
    {
        for (int k = 0; k < count; k++)
        {
            var inputs = new RelevantInputs(workspace.Inputs + ((long)k * workspace.InputStride), subset);
            workspace.Labels[k] = Labels.Of(settings, inputs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputeOffsets(int tiles)
    {
        int groups = Canon.Groups(shape.Inputs);
        TableOffsets.Compute(
            workspace.Offsets, workspace.Inputs, workspace.InputStride, tiles, groups);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void SpreadInputs()
    {
        int padded = Canon.Group * Canon.Groups(shape.Inputs);
        for (int sample = 0; sample < shape.Batch; sample++)
            SignBits.Spread(workspace.InputSigns + ((long)sample * padded), workspace.Inputs, padded, sample);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool Pass(bool update, bool forward)
    {
        var plan = new PassPlan
        {
            Update = update,
            Tiles = forward && tabled ? TableOffsets.Tiles(shape.Batch) : 0,
            DirectSamples = forward && !tabled ? shape.Batch : 0,
            Mark = true,
        };
        bool finite = Run(plan);
        if (!update)
            return true;

        *outputBias = ExactMath.Fma(settings.StepSize, labelSum, *outputBias * settings.Decay);
        return finite && float.IsFinite(*outputBias);
    }

    /// <summary>A pass over all weights; false if an updated output weight is not finite.</summary>
    private readonly bool Run(PassPlan plan)
    {
        plan.Blocks = Canon.Blocks(shape.Width);
        return team == null || !team->Shares
            ? CountingPass<TVec, TLanes>.Run(weights, workspace, shape, settings, plan)
            : TeamPass<TVec, TLanes>.Lead(ref *team, weights, workspace, shape, settings, plan);
    }

    /// <summary>Errors and margin of the batch in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int ScoreBatch()
    {
        int errors = 0;
        for (int k = 0; k < words; k++)
        {
            WordScore score = Score(k, shape.Batch - (k * Canon.WordSamples));
            uint valid = Canon.ValidSamples(k, shape.Batch);
            errors += BitOperations.PopCount(score.Errors & valid);
            workspace.Margin[k] = score.InsideMargin & valid;
        }

        return errors;
    }

    /// <summary>How word <paramref name="k"/> of the workspace, which has <paramref name="samples"/> samples, was classified.</summary>
    private readonly WordScore Score(int k, int samples) =>
        WordScore.Of(workspace.LaneSums + ((long)k * Canon.WordSamples * Canon.Lanes), samples, *outputBias, workspace.Labels[k]);

    /// <summary>Label XOR input for every input and the bias, and the sum of labels inside the margin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrepareUpdate()
    {
        labelSum = 0;
        for (int k = 0; k < words; k++)
        {
            uint margin = workspace.Margin[k];
            labelSum += BitOperations.PopCount(margin) - (2 * BitOperations.PopCount(margin & workspace.Labels[k]));
        }

        if (shape.Batch == 1)
        {
            SignBits.SpreadSingle(workspace.SampleSigns, workspace.Inputs, workspace.Labels[0], shape.Inputs);
            return;
        }

        for (int k = 0; k < words; k++)
        {
            uint* inputs = workspace.Inputs + ((long)k * workspace.InputStride);
            uint label = workspace.Labels[k];
            ulong* signs = (ulong*)(workspace.Signs + (2L * k));
            for (int i = 0; i < shape.Inputs; i++)
                signs[(long)i * words] = SignBits.WithShifted(label ^ inputs[i]);

            signs[(long)shape.Inputs * words] = SignBits.WithShifted(label);
        }
    }

    /// <summary>
    /// Errors of the current weights on the held-out samples of this step, or some number above <paramref name="most"/> as soon as there are more.
    /// Chunks grow: most checks fail within the first words.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int HeldOutErrors(long step, int most)
    {
        int errors = 0;
        int total = Canon.Words(settings.TestSamples);
        int chunk = 1;
        for (int word = 0; word < total; word += chunk, chunk = Math.Min(4 * chunk, CountingWorkspace.HeldOutWords))
        {
            chunk = Math.Min(chunk, total - word);
            stream.DrawHeldOut(workspace.Inputs, step, word, chunk);
            ComputeLabels(chunk);
            int tiles = chunk * (Canon.WordSamples / TileSamples);
            ComputeOffsets(tiles);
            Run(new PassPlan { Tiles = tiles });
            for (int k = 0; k < chunk; k++)
                errors += BitOperations.PopCount(Score(k, Canon.WordSamples).Errors & Canon.ValidSamples(word + k, settings.TestSamples));

            if (errors > most)
                return errors;
        }

        return errors;
    }
}
