using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The optimizer's step once the gradients of a batch are summed: one pass over all parameters, four neighbours per thread. Entries that are not
/// parameters (padding, weights between disjoint blocks) are +0 and have gradient +0, so every optimizer leaves them at +0.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="last">Hidden layer that the output reads.</param>
internal readonly struct GeneralUpdate(GeneralSlot run, int last) : IUpdate
{
    private const int LaneQuads = Canon.LaneQuads;

    /// <summary>
    /// Updates all trained parameters.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps taken before this one.</param>
    /// <param name="powers">Adam's powers at this step.</param>
    /// <param name="update">Moves them.</param>
    /// <returns>Whether all parameters this thread updated are finite.</returns>
    public static bool Apply<TScratch, TUpdate>(Slot<TScratch> run, long step, AdamPowers powers, TUpdate update)
        where TScratch : struct
        where TUpdate : struct, IUpdate
    {
        var phase = Phase(run, step);
        var floats = QuadView.Of(run.Floats);
        if (run.Shape.Optimizer == (int)Optimizer.Adam)
        {
            float correction1 = Elementary<float, DeviceArithmetic>.Reciprocal(1f - powers.First);
            float correction2 = Elementary<float, DeviceArithmetic>.Reciprocal(1f - powers.Second);
            return update.Descend(phase, new AdamDirection(floats, Quads(run), run.Settings, correction1, correction2));
        }

        if (run.Shape.Optimizer == (int)Optimizer.Momentum)
            return update.Descend(phase, new MomentumDirection(floats, Quads(run), run.Settings.Beta1));

        return run.Shape.Optimizer == (int)Optimizer.SignSgd
            ? update.Descend(phase, default(SignDirection))
            : update.Descend(phase, default(GradientDirection));
    }

    /// <summary>Sets moments and Adam's powers at the start of a run.</summary>
    public static void Clear<TScratch>(Slot<TScratch> run)
        where TScratch : struct
    {
        long parameters = RunLayout.Parameters(run.Shape);
        long end = RunLayout.RunFloats(run.Shape);
        for (long place = parameters + run.Thread.Index; place < end; place += run.Thread.Count)
            run.Floats[place] = 0f;
    }

    /// <summary>Clears gradients and d at the start of a launch: entries that are not parameters or units stay +0.</summary>
    public static void ClearScratch(GeneralSlot run)
    {
        var gradients = QuadView.Of(run.Scratch.Gradients);
        int quads = Quads(run);
        for (int quad = run.Thread.Index; quad < quads; quad += run.Thread.Count)
            gradients[quad] = default;

        for (int place = run.Thread.Index; place < run.Scratch.Descents.IntLength; place += run.Thread.Count)
            run.Scratch.Descents[place] = 0f;
    }

    private static int Quads<TScratch>(Slot<TScratch> run)
        where TScratch : struct => (int)RunLayout.Parameters(run.Shape) / Canon.Group;

    public bool Descend<TDirection>(SchedulePhase phase, TDirection direction)
        where TDirection : struct, IDirection
    {
        int quads = Quads(run);
        int lowest = run.LowestTrained(last);
        float zero = 0f;
        if (phase.IsUniform != 0 && lowest == 0 && last == run.HiddenLayers - 1 && run.HasOutputLayer == run.TrainsOutput)
        {
            for (int quad = run.Thread.Index; quad < quads; quad += run.Thread.Count)
                zero = Move(phase, direction, quad, phase.Rate0, zero);

            return CountingUpdate.IsFinite(zero);
        }

        float outputRate = phase.Rate(run.HiddenLayers);

        // The first layer lies in blocks; their last rows and the row of the output bias after them belong to the output layer.
        int blockQuads = FirstLayerLayout.Rows(run.FirstInputs) * LaneQuads;
        int outputBias = Canon.Blocks(run.Shape.Width) * blockQuads;
        int denseQuads = (run.Shape.Width + 1) * Canon.Blocks(run.Shape.Width) * LaneQuads;
        int inBlock = run.Thread.Index % blockQuads;
        int layer = 0;
        int end = run.Attends ? quads : outputBias + LaneQuads;
        bool trained = lowest == 0;
        float rate = phase.Rate0;
        for (int quad = run.Thread.Index; quad < quads; quad += run.Thread.Count)
        {
            while (quad >= end)
            {
                layer++;
                end += denseQuads;
                trained = layer >= lowest && layer <= last;
                rate = phase.Rate(layer);
            }

            bool isOutput = quad < outputBias ? inBlock >= blockQuads - LaneQuads : quad < outputBias + LaneQuads;
            if (isOutput ? run.TrainsOutput : trained)
                zero = Move(phase, direction, quad, isOutput ? outputRate : rate, zero);

            // A remainder would be computed again for every quad.
            inBlock += run.Thread.Count;
            while (inBlock >= blockQuads)
                inBlock -= blockQuads;
        }

        return CountingUpdate.IsFinite(zero);
    }

    /// <summary>Moves four parameters; returns the sum, to which they are added times 0: infinities and NaN turn it into NaN.</summary>
    private float Move<TDirection>(SchedulePhase phase, TDirection direction, int quad, float rate, float zero)
        where TDirection : struct, IDirection
    {
        var place = QuadView.Of(run.Floats).SubView(quad, 1);
        var w = Optimizers<FloatQuad, QuadArithmetic>.Descend(
            place[0],
            direction.Of(QuadView.Of(run.Scratch.Gradients)[quad], quad),
            QuadArithmetic.Broadcast(rate),
            QuadArithmetic.Broadcast(phase.Decay));
        place[0] = w;
        return Quad.AddInner(zero, w, default);
    }

    private static SchedulePhase Phase<TScratch>(Slot<TScratch> run, long step)
        where TScratch : struct
    {
        int phase = 0;
        while (phase + 1 < run.Settings.Phases && run.Phases[phase + 1].From <= step)
            phase++;

        return run.Phases[phase];
    }
}
