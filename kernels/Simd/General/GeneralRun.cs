using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>One run on one CPU worker on the general path: steps, convergence checks, measurements (NUMERICS.md).</summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private readonly LaunchShape shape;
    private readonly GeneralWorkspace workspace;
    private readonly Team* team;
    private readonly RunSettings settings;
    private readonly float* weights;
    private readonly SchedulePhase* phases;
    private readonly float* coefficients;
    private readonly Monomial* monomials;
    private readonly int* subset;
    private readonly int* tasks;
    private readonly float* taskLosses;
    private readonly int padded;
    private readonly int hiddenLayers;
    private readonly bool product;
    private readonly bool few;
    private readonly bool rectifies;
    private readonly bool attends;
    private readonly LaunchShape readout;
    private readonly Attention<TVec, TLanes> transformer;
    private readonly long layerFloats;
    private readonly int chunk;
    private GeneralSamples samples;
    private int phase;

    /// <summary>Whether all parameters are finite: false when a diverged run is measured.</summary>
    private bool isFinite = true;

    /// <summary>Whether control bits are added by rows (<see cref="ControlRows{TVec,TLanes}"/>).</summary>
    private bool byRows;

    private GeneralRun(in LaunchShape shape, scoped in GeneralWorkspace workspace, in RunBuffers buffers, Team* team, int slot)
    {
        this.shape = shape;
        this.workspace = workspace;
        this.team = team;
        RunSettings* stored = Workers.At(buffers.Settings, (long)slot * shape.InputPhases);
        settings = *stored;
        weights = Workers.At(buffers.Runs, slot * RunLayout.RunFloats(shape));
        phases = Workers.At(buffers.Phases, (long)slot * shape.Phases);
        coefficients = Workers.At(buffers.Coefficients, (long)slot * shape.Coefficients);
        monomials = Workers.At(buffers.Monomials, (long)slot * shape.Monomials);
        subset = Workers.At(buffers.Subsets, (long)slot * shape.SubsetStride);
        tasks = Workers.At(buffers.Tasks, slot * TaskLayout.Entries(shape));
        taskLosses = Workers.At(buffers.TaskLosses, (long)slot * shape.Tasks);
        padded = RunLayout.PaddedWidth(shape);
        hiddenLayers = 1 + RunLayout.DenseLayers(shape);
        product = ((Model)shape.Model).IsProduct();
        few = NarrowNetwork<TVec, TLanes>.Takes(shape);
        rectifies = !few && settings.Train != (int)TrainedLayers.Output && RectifiedUnits<TVec, TLanes>.Takes(shape);
        attends = shape.Model == (int)Model.Transformer;
        readout = attends ? AttentionLayout.Readout(shape) : shape;
        if (attends)
            transformer = new Attention<TVec, TLanes>(shape, workspace, weights, settings.ScoreScale);

        chunk = workspace.ChunkWords * Canon.WordSamples;
        layerFloats = (long)chunk * workspace.SampleFloats;
        samples = new GeneralSamples(shape, workspace, stored, subset, tasks, Workers.At(buffers.Data, slot * RunLayout.DataWords(shape)));
    }

    /// <summary>A run that this worker trains or measures.</summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="scratch">The worker's scratch memory.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="team">The run's team, which this worker leads; null for none.</param>
    /// <param name="slot">Number of the slot.</param>
    public static GeneralRun<TVec, TLanes> Leading(in LaunchShape shape, byte* scratch, in RunBuffers buffers, Team* team, int slot)
    {
        var workspace = GeneralWorkspace.At(scratch, shape);
        if (team != null)
            team->Start(scratch);

        return new GeneralRun<TVec, TLanes>(shape, workspace, buffers, team, slot);
    }

    /// <summary>A run that another worker trains or measures and this one helps with.</summary>
    /// <inheritdoc cref="Leading"/>
    public static GeneralRun<TVec, TLanes> Helping(in LaunchShape shape, byte* scratch, in RunBuffers buffers, Team* team, int slot) =>
        new(shape, GeneralWorkspace.Shared(team->Scratch, scratch, shape), buffers, team, slot);

    /// <summary>The state after up to C more steps, but not past the step at which the run waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RunState Advance(RunState state)
    {
        if (state.Status == (int)RunStatus.Fresh)
        {
            Start();
            state = new RunState { Status = (int)RunStatus.Running, StopAt = state.StopAt };
        }

        // Only the columns that exist are written later.
        if (few)
            new Span<float>(workspace.Gradients, (int)RunLayout.Parameters(shape)).Clear();

        for (int left = shape.ChunkSteps; left > 0 && state.Status == (int)RunStatus.Running && !EndOfRun.IsWaiting(state); left--)
        {
            if (team != null)
                team->BeginStep();

            bool finite = Step(state.Steps, out int errors);
            EndOfRun.Count(settings, shape.Batch, ref state, errors, finite);
            bool due = EndOfRun.IsCheckDue(settings, shape.Batch, state);
            bool last = state.Steps >= settings.MaxSteps;
            if (finite && (due || last))
            {
                int heldOut = HeldOutErrors(state.Steps, last ? int.MaxValue : settings.AllowedErrors);
                EndOfRun.Judge(settings, ref state, due, heldOut);
            }
        }

        return state;
    }

    private void Start()
    {
        InitialParameters.Draw(weights, shape, settings);
        long parameters = RunLayout.Parameters(shape);
        NativeMemory.Clear(weights + parameters, (nuint)(RunLayout.RunFloats(shape) - parameters) * sizeof(float));
        if (shape.Optimizer == (int)Optimizer.Adam)
        {
            weights[RunLayout.AdamPowers(shape)] = 1f;
            weights[RunLayout.AdamPowers(shape) + 1] = 1f;
        }

        if (shape.Samples > 0)
            samples.DrawData();
    }

    /// <summary>One step after <paramref name="step"/> steps; false if a parameter is no longer finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Step(long step, out int errors)
    {
        ulong first = SampleWindow.FirstSample(step, shape.Batch);
        int stage = Stage(step);
        FindPhase(step);
        Prepare();
        bool moves = MovesFirstLayer(stage);
        errors = DescendBatch(first, stage, moves, out bool finite);
        if (byRows && settings.Train != (int)TrainedLayers.Output && !IsBiasGradientFinite())
        {
            // A d that is not finite makes the gradients of all inputs NaN.
            byRows = false;
            errors = DescendBatch(first, stage, moves, out finite);
        }

        if (attends && settings.Train != (int)TrainedLayers.Output)
            FinishAttention();

        return Update(stage, moves) && finite;
    }

    /// <summary>
    /// Sums the gradients of the batch from sample <paramref name="first"/> on; returns its errors or misfit.
    /// </summary>
    /// <param name="first">Number of the batch's first sample.</param>
    /// <param name="stage">The hidden layer that the output layer reads.</param>
    /// <param name="moves">Whether the first layer moves by its gradient at once.</param>
    /// <param name="finite">Whether what has moved is finite.</param>
    private int DescendBatch(ulong first, int stage, bool moves, out bool finite)
    {
        int errors = 0;
        finite = true;
        for (int done = 0; done < shape.Batch; done += chunk)
        {
            int count = Math.Min(chunk, shape.Batch - done);
            Draw(new SampleSource { Kind = SampleKind.Training, First = first + (ulong)done }, count);
            Forward(count, stage);
            FillTargets(count);
            errors = AddMisfit(errors, count, workspace.Labels);
            Descend(count);
            finite &= Backward(count, stage, done == 0, settings.Train, moves && done + count == shape.Batch);
        }

        return errors;
    }

    /// <summary>Computes what depends on the parameters alone; called before the first forward pass after an update.</summary>
    private void Prepare()
    {
        byRows = isFinite && !few && TaskLayout.FirstRow(shape) < shape.Inputs;
        if (attends)
            PrepareAttention();
        else if (few)
            NarrowAffine<TVec, TLanes>.Prepare(weights, workspace, shape);
    }

    /// <summary>Whether the sum of d is finite for every unit of the first layer, and hence every d is.</summary>
    private readonly bool IsBiasGradientFinite()
    {
        for (int j = 0; j < shape.Width; j++)
        {
            if (!float.IsFinite(workspace.Gradients[FirstLayerLayout.Index(shape.Inputs, j, shape.Inputs)]))
                return false;
        }

        return true;
    }

    /// <summary>The hidden layer, from 0, that the output layer reads after <paramref name="step"/> steps.</summary>
    private readonly int Stage(long step) =>
        settings.Train == (int)TrainedLayers.Layerwise
            ? (int)Math.Min(hiddenLayers - 1, step / settings.StageSteps)
            : hiddenLayers - 1;

    private readonly float* Slopes(int layer) => workspace.Slopes + (layer * layerFloats);

    private readonly float* Values(int layer) => workspace.Values + (layer * layerFloats);

    private void Forward(int count, int stage)
    {
        if (few)
        {
            ForwardFew(count);
            return;
        }

        if (attends)
            Attend(count);

        var pass = new GeneralPass { Samples = count, Stage = stage, ByRows = byRows };
        int blocks = Canon.Blocks(shape.Width);
        if (IsAlone(blocks))
        {
            ForwardColumns(pass, 0, padded);
            ForwardSamples(pass, 0, count);
            return;
        }

        Share(GeneralWork.FirstLayer, pass, blocks);
        if (stage > 0 || product)
        {
            Share(GeneralWork.Outputs, pass, TableOffsets.Tiles(count));
            return;
        }

        new Span<long>(workspace.OutputTurns, TableOffsets.Tiles(count) * GeneralWorkspace.TurnStride).Clear();
        Share(GeneralWork.ColumnOutputs, pass, blocks);
    }

    private readonly void ForwardFew(int count)
    {
        NarrowAffine<TVec, TLanes>.Forward(weights, workspace, shape, count);
        if (product)
        {
            NarrowNetwork<TVec, TLanes>.Product(workspace, shape, count);
        }
        else
        {
            NarrowNetwork<TVec, TLanes>.Activate(workspace, shape, settings.Degree, coefficients, count);
            NarrowNetwork<TVec, TLanes>.Output(weights, workspace, shape, count);
        }
    }

    /// <summary>Computes g from the targets; +0 up to a multiple of 16 samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Descend(int count)
    {
        for (int b = 0; b < count; b += TLanes.Count)
        {
            *(TVec*)(workspace.Descents + b) = Losses<TVec, TLanes>.Descent(
                settings.Loss, *(TVec*)(workspace.Targets + b), *(TVec*)(workspace.Outputs + b));
        }

        for (int b = count; b % Canon.Lanes != 0; b++)
            workspace.Descents[b] = 0f;
    }

    /// <summary>
    /// Adds the chunk's gradients to those of the layers that <paramref name="train"/> trains. The first layer may move by them at once; returns whether
    /// what has moved is finite.
    /// </summary>
    private bool Backward(int count, int stage, bool start, int train, bool moves)
    {
        if (few)
        {
            BackwardFew(count, start, train);
            return true;
        }

        var descent = new GeneralPass { Samples = count, Stage = stage, Phase = phase, Start = start, ByRows = byRows, Moves = moves };
        bool below = train != (int)TrainedLayers.Output;
        bool together = stage == 0;
        if (product)
            Run(GeneralWork.ProductDescent, descent, TableOffsets.Tiles(count));
        else
            Head<TVec, TLanes>.OutputBiasBackward(workspace, readout, count, start);

        if (!rectifies && !product)
        {
            descent.OfOutputs = true;
            descent.OfFirstLayer = below && together;
            if (!descent.OfFirstLayer)
                DescendBlocks(descent);

            if (!below)
                return true;

            if (!DescendDense(count, stage, start, train == (int)TrainedLayers.All))
                return true;
        }

        if (attends)
        {
            DescendBlocks(descent);
            DescendAttention(count, start);
            return true;
        }

        AffineLayer<TVec, TLanes>.LocateRows(workspace, shape, count, byRows);
        descent.OfOutputs &= together;
        descent.OfFirstLayer = true;
        return DescendBlocks(descent);
    }

    /// <summary>Gradients of all columns.</summary>
    private bool DescendBlocks(in GeneralPass descent)
    {
        int blocks = Canon.Blocks(shape.Width);
        return IsAlone(blocks) ? DescendColumns(descent, 0, padded) : Share(GeneralWork.Descent, descent, blocks);
    }

    /// <summary>
    /// Gradients of the hidden layers from the <paramref name="stage"/> down to the second, and d of the layers below them; false if the stage's alone are
    /// wanted.
    /// </summary>
    private bool DescendDense(int count, int stage, bool start, bool below)
    {
        for (int layer = stage; layer > 0; layer--)
        {
            var pass = new GeneralPass { Samples = count, Layer = layer, Start = start };
            Run(GeneralWork.DenseGradient, pass, Canon.Blocks(shape.Width));
            float* gradients = DenseShape.Inner(shape, workspace, workspace.Gradients, layer).Weights;
            Head<TVec, TLanes>.ClearPadding(gradients + padded - Canon.Lanes, padded, workspace, shape.Width, shape.Width + 1);
            if (!below)
                return false;

            Run(GeneralWork.DenseDescent, pass, TableOffsets.Tiles(count));
        }

        return true;
    }

    private readonly void BackwardFew(int count, bool start, int train)
    {
        var outputs = default(OutputChains);
        if (product)
            NarrowNetwork<TVec, TLanes>.ProductBackward(workspace, shape, count);
        else
            outputs = NarrowNetwork<TVec, TLanes>.OutputBackward(weights, workspace, shape, settings.Loss, count, start);

        if (train == (int)TrainedLayers.Output)
            outputs.AddAll(shape.Width);
        else
            NarrowAffine<TVec, TLanes>.Backward(workspace, shape, outputs, count, start);
    }

    /// <summary>Held-out errors or misfit; stops above <paramref name="enough"/>. Adds f·χ_S to <paramref name="sums"/>, if given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int HeldOutErrors(long step, int enough, float* sums = null)
    {
        int errors = 0;
        int total = Canon.Words(settings.TestSamples);
        int stage = Stage(step);
        int words = 1;
        Prepare();
        for (int word = 0; word < total && errors <= enough; word += words, words = Math.Min(4 * words, workspace.ChunkWords))
        {
            words = Math.Min(words, total - word);
            int count = Math.Min(words * Canon.WordSamples, settings.TestSamples - (word * Canon.WordSamples));
            Draw(new SampleSource { Kind = SampleKind.HeldOut, First = (ulong)word, Step = step }, count);
            Forward(count, stage);
            if (IsPolynomial)
                FillTargets(count);

            errors = AddMisfit(errors, count, workspace.Labels);
            if (sums is not null)
                AddCorrelations(sums, count);
        }

        return errors;
    }
}
