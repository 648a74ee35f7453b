using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>How the gradients of a batch change the parameters (NUMERICS.md, optimizers).</summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Finds the phase of the schedule after <paramref name="step"/> steps.</summary>
    private void FindPhase(long step)
    {
        while (phase + 1 < settings.Phases && phases[phase + 1].From <= step)
            phase++;
    }

    /// <summary>Whether the first layer moves while its gradients are summed: nothing else may need them.</summary>
    private readonly bool MovesFirstLayer(int stage) =>
        shape.Optimizer == (int)Optimizer.Sgd && shape.Model != (int)Model.DisjointPolynet && Trains(0, stage) && !attends && !few && !byRows;

    /// <summary>Whether a hidden layer, from 0, is trained.</summary>
    private readonly bool Trains(int layer, int stage) =>
        settings.Train == (int)TrainedLayers.All || (settings.Train == (int)TrainedLayers.Layerwise && stage == layer);

    /// <summary>Updates the trained layers, without the first if it <paramref name="hasMoved"/>; false if a parameter is not finite any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Update(int stage, bool hasMoved)
    {
        if (shape.Optimizer == (int)Optimizer.Adam)
        {
            float* powers = weights + RunLayout.AdamPowers(shape);
            powers[0] *= settings.Beta1;
            powers[1] *= settings.Beta2;
        }

        if (shape.Model == (int)Model.DisjointPolynet)
            Head<TVec, TLanes>.KeepBlocks(workspace.Gradients, shape);

        bool first = Trains(0, stage) && !hasMoved;
        bool output = ((Model)shape.Model).HasOutputLayer() && settings.Output == (int)OutputLayer.Trained;
        if (few)
        {
            return TLanes.Count >= GeneralWorkspace.NarrowColumns
                ? UpdateFew<Vector128<float>, Lanes128>(first, output, Canon.Lanes)
                : UpdateFew<TVec, TLanes>(first, output, TLanes.Count);
        }

        bool finite = true;
        int blocks = Canon.Blocks(shape.Width);
        UpdateRule<TVec> rule = Rule<TVec, TLanes>(phase);
        var pass = new GeneralPass { OfFirstLayer = first, OfOutputs = output, Phase = phase };
        if (first || output)
            finite = IsAlone(blocks) ? UpdateBlocks(pass, rule, 0, blocks) : Share(GeneralWork.Update, pass, blocks);

        if (output)
            finite &= Apply(blocks * BlockFloats, Canon.Lanes, UpdateStride, phases[phase].Rate(hiddenLayers), rule);

        if (attends && first)
        {
            long floats = AttentionLayout.Parameters(shape) - AttentionLayout.Embeddings(shape);
            finite &= Run(GeneralWork.AttentionUpdate, new GeneralPass { Phase = phase }, (int)(floats / Canon.Lanes));
        }

        for (int layer = 1; layer < hiddenLayers; layer++)
        {
            if (Trains(layer, stage))
                finite &= Run(GeneralWork.DenseUpdate, new GeneralPass { Layer = layer, Phase = phase }, shape.Width + 1);
        }

        return finite;
    }

    /// <summary>Updates a network of few columns, of whose rows a short register holds all but padding.</summary>
    private readonly bool UpdateFew<TRow, TRowLanes>(bool first, bool output, int stride)
        where TRow : unmanaged
        where TRowLanes : struct, ILanes<TRow>
    {
        UpdateRule<TRow> rule = Rule<TRow, TRowLanes>(phase);
        bool finite = true;
        long rowFloats = BlockFloats - Canon.Lanes;
        if (first)
            finite = GeneralUpdate<TRow, TRowLanes>.Apply(weights, workspace.Gradients, rowFloats, stride, phases[phase].Rate0, rule);

        if (output)
        {
            finite &= GeneralUpdate<TRow, TRowLanes>.Apply(
                weights + rowFloats, workspace.Gradients + rowFloats, 2 * Canon.Lanes, stride, phases[phase].Rate(hiddenLayers), rule);
        }

        return finite;
    }

    /// <summary>Floats of a block of columns: the first layer's rows and the output weights.</summary>
    private readonly long BlockFloats => (readout.Inputs + 2L) * Canon.Lanes;

    /// <summary>Floats from one register of a block to the next that may hold more than padding, which is +0 and stays so.</summary>
    private readonly int UpdateStride => shape.Width <= TLanes.Count ? Canon.Lanes : TLanes.Count;

    /// <summary>Updates the first layer's weights and biases and the output weights of some blocks of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool UpdateBlocks(in GeneralPass pass, in UpdateRule<TVec> rule, int first, int end)
    {
        long rowFloats = BlockFloats - Canon.Lanes;
        bool finite = true;
        for (long block = first, place = first * BlockFloats; block < end; block++, place += BlockFloats)
        {
            if (pass.OfFirstLayer)
                finite &= Apply(place, rowFloats, UpdateStride, phases[pass.Phase].Rate0, rule);

            if (pass.OfOutputs)
                finite &= Apply(place + rowFloats, Canon.Lanes, UpdateStride, phases[pass.Phase].Rate(hiddenLayers), rule);
        }

        return finite;
    }

    /// <summary>Updates some rows of r̂ parameters of a hidden layer above the first, of which the last row is the biases.</summary>
    private readonly bool UpdateDense(in GeneralPass pass, int first, int end) => Apply(
        RunLayout.Dense(shape, pass.Layer + 1) + ((long)first * padded),
        (long)(end - first) * padded,
        TLanes.Count,
        phases[pass.Phase].Rate(pass.Layer),
        Rule<TVec, TLanes>(pass.Phase));

    /// <summary>Updates some blocks of 16 parameters of a transformer's embeddings and attention layer.</summary>
    private readonly bool UpdateAttention(in GeneralPass pass, int first, int end) => Apply(
        AttentionLayout.Embeddings(shape) + ((long)first * Canon.Lanes),
        (long)(end - first) * Canon.Lanes,
        TLanes.Count,
        phases[pass.Phase].Rate0,
        Rule<TVec, TLanes>(pass.Phase));

    /// <summary>What the optimizer needs in a phase of the schedule.</summary>
    private readonly UpdateRule<TRow> Rule<TRow, TRowLanes>(int phase)
        where TRow : unmanaged
        where TRowLanes : struct, ILanes<TRow>
    {
        var rule = new UpdateRule<TRow>
        {
            Optimizer = shape.Optimizer,
            MomentStride = RunLayout.Parameters(shape),
            Decay = TRowLanes.Broadcast(phases[phase].Decay),
            Beta1 = TRowLanes.Broadcast(settings.Beta1),
            Beta2 = TRowLanes.Broadcast(settings.Beta2),
            Epsilon = TRowLanes.Broadcast(settings.Epsilon),
            InverseBatch = TRowLanes.Broadcast(settings.InverseBatch),
        };
        if (shape.Optimizer == (int)Optimizer.Adam)
        {
            float* powers = weights + RunLayout.AdamPowers(shape);
            rule.Correction1 = TRowLanes.Broadcast(Elementary<float, ScalarLane>.Reciprocal(1f - powers[0]));
            rule.Correction2 = TRowLanes.Broadcast(Elementary<float, ScalarLane>.Reciprocal(1f - powers[1]));
        }

        return rule;
    }

    private readonly bool Apply(long place, long count, int stride, float rate, in UpdateRule<TVec> rule) =>
        GeneralUpdate<TVec, TLanes>.Apply(weights + place, workspace.Gradients + place, count, stride, rate, rule);
}
