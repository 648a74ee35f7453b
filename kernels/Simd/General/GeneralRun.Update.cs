using System.Runtime.CompilerServices;

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
        ref readonly SchedulePhase now = ref phases[phase];
        var rule = new UpdateRule<TVec>
        {
            Optimizer = shape.Optimizer,
            MomentStride = RunLayout.Parameters(shape),
            Decay = TLanes.Broadcast(now.Decay),
            Beta1 = TLanes.Broadcast(settings.Beta1),
            Beta2 = TLanes.Broadcast(settings.Beta2),
            Epsilon = TLanes.Broadcast(settings.Epsilon),
            InverseBatch = TLanes.Broadcast(settings.InverseBatch),
        };
        if (shape.Optimizer == (int)Optimizer.Adam)
        {
            float* powers = weights + RunLayout.AdamPowers(shape);
            powers[0] *= settings.Beta1;
            powers[1] *= settings.Beta2;
            rule.Correction1 = TLanes.Broadcast(Elementary<float, ScalarLane>.Reciprocal(1f - powers[0]));
            rule.Correction2 = TLanes.Broadcast(Elementary<float, ScalarLane>.Reciprocal(1f - powers[1]));
        }

        if (shape.Model == (int)Model.DisjointPolynet)
            Head<TVec, TLanes>.KeepBlocks(workspace.Gradients, shape);

        bool first = Trains(0, stage) && !hasMoved;
        bool output = ((Model)shape.Model).HasOutputLayer() && settings.Output == (int)OutputLayer.Trained;
        bool finite = true;

        // Padding is +0 and stays so.
        int stride = shape.Width <= TLanes.Count ? Canon.Lanes : TLanes.Count;
        long rowFloats = (readout.Inputs + 1L) * Canon.Lanes;
        long place = 0;
        for (int block = 0; block < padded; block += Canon.Lanes, place += rowFloats + Canon.Lanes)
        {
            if (first)
                finite &= Apply(place, rowFloats, stride, now.Rate0, rule);

            if (output)
                finite &= Apply(place + rowFloats, Canon.Lanes, stride, now.Rate(hiddenLayers), rule);
        }

        if (output)
            finite &= Apply(place, Canon.Lanes, stride, now.Rate(hiddenLayers), rule);

        if (attends && first)
        {
            long attention = AttentionLayout.Embeddings(shape);
            finite &= Apply(attention, RunLayout.Parameters(shape) - attention, TLanes.Count, now.Rate0, rule);
        }

        for (int layer = 1; layer < hiddenLayers; layer++)
        {
            if (Trains(layer, stage))
                finite &= Apply(RunLayout.Dense(shape, layer + 1), RunLayout.DenseFloats(shape), TLanes.Count, now.Rate(layer), rule);
        }

        return finite;
    }

    private readonly bool Apply(long place, long count, int stride, float rate, in UpdateRule<TVec> rule) =>
        GeneralUpdate<TVec, TLanes>.Apply(weights + place, workspace.Gradients + place, count, stride, rate, rule);
}
