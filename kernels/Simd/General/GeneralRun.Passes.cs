using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Passes over samples and columns, by one worker or a <see cref="Team"/>: no bit depends on how their items are divided.</summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Samples of a tile, a multiple of those that a dense layer takes at once.</summary>
    private const int TileSamples = TableOffsets.TileSamples;

    /// <summary>Helps until the run has ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Help()
    {
        int worker = team->TakeNumber();
        var wait = default(TeamWait);
        while (!team->IsOver)
        {
            if (TryPart(worker))
                wait.Reset();
            else
                wait.Once();
        }
    }

    /// <summary>Whether a pass over so many items is not worth sharing.</summary>
    private readonly bool IsAlone(int items) => items == 1 || team == null || !team->Shares;

    /// <summary>Puts samples into the chunk.</summary>
    private void Draw(in SampleSource source, int count)
    {
        int words = Canon.Words(count);
        if (IsAlone(words))
            DrawWords(source, count, byRows, 0, words);
        else
            Share(GeneralWork.Draw, new GeneralPass { Source = source, Samples = count, ByRows = byRows }, words);
    }

    /// <summary>A pass, with what helpers there are; false if what has moved is not finite.</summary>
    private bool Run(GeneralWork work, GeneralPass pass, int items)
    {
        pass.Work = work;
        return IsAlone(items) ? Do(pass, 0, 0, items) : Share(work, pass, items);
    }

    /// <summary>A pass of the team, of one part per worker: what a worker has written, it reads again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Share(GeneralWork work, GeneralPass pass, int items)
    {
        pass.Work = work;
        pass.Items = items;
        pass.Parts = Math.Min(items, team->Workers);
        *workspace.TeamPass = pass;
        team->BeginFree(pass.Parts);
        while (TryPart(worker: 0))
        {
        }

        team->AwaitEnd();
        return team->IsFinite;
    }

    /// <summary>Works on a part of the team's pass, if one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryPart(int worker)
    {
        if (!team->TryTakeFree(worker, out long taken))
            return false;

        ref readonly GeneralPass pass = ref *workspace.TeamPass;
        int part = (int)(taken - team->FirstPart);
        long items = pass.Items;
        team->Complete(Do(pass, part, (int)(items * part / pass.Parts), (int)(items * (part + 1) / pass.Parts)));
        return true;
    }

    /// <summary>A part of a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="part">Number of the part.</param>
    /// <param name="first">First of its items.</param>
    /// <param name="end">Behind the last of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Do(in GeneralPass pass, int part, int first, int end)
    {
        switch (pass.Work)
        {
            case GeneralWork.Draw:
                DrawWords(pass.Source, pass.Samples, pass.ByRows, first, end);
                return true;
            case GeneralWork.FirstLayer:
                ForwardColumns(pass, first * Canon.Lanes, end * Canon.Lanes);
                return true;
            case GeneralWork.ColumnOutputs:
                AddOutputs(pass, part, first * Canon.Lanes, end * Canon.Lanes);
                return true;
            case GeneralWork.Outputs:
                ForwardSamples(pass, first * TileSamples, Math.Min(pass.Samples, end * TileSamples));
                return true;
            case GeneralWork.ProductDescent:
                Head<TVec, TLanes>.ProductBackward(workspace, shape, first * TileSamples, Math.Min(pass.Samples, end * TileSamples));
                return true;
            case GeneralWork.Descent:
                return DescendColumns(pass, first * Canon.Lanes, end * Canon.Lanes);
            case GeneralWork.DenseGradient:
                AddDenseGradients(pass, first * Canon.Lanes, Math.Min(shape.Width, end * Canon.Lanes));
                return true;
            case GeneralWork.DenseDescent:
                DescendSamples(pass, first * TileSamples, Math.Min(pass.Samples, end * TileSamples));
                return true;
            case GeneralWork.Attention:
                transformer.Do(pass, first, end);
                return true;
            case GeneralWork.AttentionUpdate:
                return UpdateAttention(pass, first, end);
            case GeneralWork.Update:
                return UpdateBlocks(pass, Rule<TVec, TLanes>(pass.Phase), first, end);
            default:
                return UpdateDense(pass, first, end);
        }
    }

    private void DrawWords(in SampleSource source, int count, bool rows, int first, int end)
    {
        samples.Draw(source, count, first, end);
        if (attends)
            AffineLayer<TVec, TLanes>.LocateSums(workspace, count, Canon.Groups(shape.Inputs), first, end);
        else if (!few)
            AffineLayer<TVec, TLanes>.Locate(workspace, shape, count, rows, first, end);
    }

    /// <summary>The first hidden layer's values and slopes of some columns, or z of a product.</summary>
    private readonly void ForwardColumns(in GeneralPass pass, int first, int end)
    {
        if (attends)
            transformer.ReadOut(pass.Samples, first, end);
        else
            AffineLayer<TVec, TLanes>.Forward(weights, workspace, shape, pass.Samples, pass.ByRows, rectifies, first, end);

        if (rectifies || product)
            return;

        // Adjacent are all columns of a sample, or all samples of a block.
        bool rows = workspace.BlockFloats == Canon.Lanes;
        Head<TVec, TLanes>.Activate(
            Slopes(0) + workspace.UnitPlace(first),
            Values(0) + workspace.UnitPlace(first),
            readout,
            settings.Degree,
            coefficients,
            rows ? end - first : pass.Samples * Canon.Lanes,
            rows ? pass.Samples : (end - first) / Canon.Lanes,
            rows ? workspace.SampleFloats : workspace.BlockFloats);
        if (end == padded)
            ClearPadding(0, pass.Samples, 0);
    }

    /// <summary>Values and slopes of the hidden layers above the first, and outputs, of some samples.</summary>
    private readonly void ForwardSamples(in GeneralPass pass, int first, int end)
    {
        if (product)
        {
            Head<TVec, TLanes>.Product(workspace, shape, first, end);
            return;
        }

        int stride = workspace.SampleFloats;
        long place = (long)first * stride;
        int count = end - first;
        for (int layer = 1; layer <= pass.Stage; layer++)
        {
            var dense = DenseShape.Inner(shape, workspace, weights, layer);
            DenseLayer<TVec, TLanes>.Forward(dense, Values(layer - 1) + place, stride, Slopes(layer) + place, count);
            Head<TVec, TLanes>.Activate(
                Slopes(layer) + place, Values(layer) + place, readout, settings.Degree, coefficients, padded, count, stride);
            ClearPadding(layer, count, place);
        }

        Head<TVec, TLanes>.Output(weights, Values(pass.Stage), workspace, readout, first, end, 0, padded);
    }

    /// <summary>
    /// Adds some columns to the outputs of a network with one hidden layer. A worker of a team adds the values that it has computed itself, tile by tile
    /// of samples, each after the columns before.
    /// </summary>
    private readonly void AddOutputs(in GeneralPass pass, int part, int first, int end)
    {
        long* turn = workspace.OutputTurns;
        for (int sample = 0; sample < pass.Samples; sample += TileSamples, turn += GeneralWorkspace.TurnStride)
        {
            var wait = default(TeamWait);
            while (Volatile.Read(ref *turn) != part)
                wait.Once();

            Head<TVec, TLanes>.Output(
                weights, Values(0), workspace, readout, sample, Math.Min(pass.Samples, sample + TileSamples), first, end);
            Volatile.Write(ref *turn, part + 1);
        }
    }

    /// <summary>Clears what the activation made of the padding of some samples.</summary>
    private readonly void ClearPadding(int layer, int count, long place)
    {
        long block = place + workspace.UnitPlace(padded - Canon.Lanes);
        Head<TVec, TLanes>.ClearPadding(Slopes(layer) + block, workspace.SampleFloats, workspace, shape.Width, count);
        Head<TVec, TLanes>.ClearPadding(Values(layer) + block, workspace.SampleFloats, workspace, shape.Width, count);
    }

    /// <summary>
    /// Gradients of the output weights and of the first layer of some columns. The first layer may move by them at once; returns whether what has moved
    /// is finite.
    /// </summary>
    private readonly bool DescendColumns(in GeneralPass pass, int first, int end)
    {
        int count = pass.Samples;
        if (pass.OfOutputs && workspace.BlockFloats > Canon.Lanes)
        {
            Head<TVec, TLanes>.BlockOutputBackward(weights, workspace, shape, count, pass.Start, first, end);
        }
        else if (pass.OfOutputs)
        {
            Head<TVec, TLanes>.OutputBackward(
                weights, Slopes(pass.Stage), Values(pass.Stage), workspace, readout, count, pass.Start, first, end);
        }

        if (!pass.OfFirstLayer)
            return true;

        if (attends)
        {
            transformer.AddReadoutGradient(count, pass.Start, first, end);
            return true;
        }

        // The affine layer takes d of samples in fours.
        for (int b = count; !rectifies && b % Canon.Group != 0; b++)
        {
            for (int column = first; column < end; column += Canon.Lanes)
                new Span<float>(workspace.Slopes + workspace.UnitPlace(column) + (b * workspace.SampleFloats), Canon.Lanes).Clear();
        }

        var descent = new DirectDescent<TVec>
        {
            Weights = pass.Moves ? weights : null,
            Step = TLanes.Broadcast(phases[pass.Phase].Rate0),
            Decay = TLanes.Broadcast(phases[pass.Phase].Decay),
        };
        return AffineLayer<TVec, TLanes>.Backward(
            rectifies ? weights : null, workspace, shape, count, pass.Start, pass.ByRows, descent, first, end);
    }

    /// <summary>Gradients of a hidden layer's weights from some of its inputs, and of its biases with the first.</summary>
    private readonly void AddDenseGradients(in GeneralPass pass, int first, int end)
    {
        var gradient = DenseShape.Inner(shape, workspace, workspace.Gradients, pass.Layer).Rows(first, end);
        DenseLayer<TVec, TLanes>.Gradient(
            gradient, Values(pass.Layer - 1) + first, workspace.SampleFloats, Slopes(pass.Layer), pass.Samples, pass.Start);
    }

    /// <summary>d of the layer below a hidden layer, of some samples.</summary>
    private readonly void DescendSamples(in GeneralPass pass, int first, int end)
    {
        int stride = workspace.SampleFloats;
        long place = (long)first * stride;
        int count = end - first;
        int below = pass.Layer - 1;

        // The values below are no longer needed; now they hold Σ_j d_j·w_ij.
        DenseLayer<TVec, TLanes>.Backward(
            DenseShape.Inner(shape, workspace, weights, pass.Layer), Slopes(pass.Layer) + place, Values(below) + place, stride, count);
        Head<TVec, TLanes>.Multiply(Slopes(below) + place, Values(below) + place, padded, count, stride);
    }
}
