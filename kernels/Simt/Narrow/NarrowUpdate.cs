using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The optimizer's step: a row of parameters per thread; after the biases come the output weights and the output bias.</summary>
/// <param name="run">The run.</param>
/// <param name="gradient">Gradients of the weights or biases of the thread's row.</param>
internal readonly struct NarrowUpdate(NarrowSlot run, FloatQuad gradient) : IUpdate
{
    /// <summary>Rows of a network of n inputs.</summary>
    public static int Rows(int inputs) => inputs + 3;

    public bool Descend<TDirection>(SchedulePhase phase, TDirection direction)
        where TDirection : struct, IDirection
    {
        int row = run.Thread.Index;
        int n = run.Shape.Inputs;
        bool isOutput = row > n;
        bool trained = isOutput ? run.TrainsOutput && row < Rows(n) : run.LowestTrained(0) == 0;
        if (!trained)
            return true;

        var floats = QuadView.Of(run.Floats);
        int quad = row * Canon.LaneQuads;
        var sums = isOutput ? run.Scratch.Quads[NarrowMemory.OutputSums + row - n - 1] : Connected(row);
        var w = Optimizers<FloatQuad, QuadArithmetic>.Descend(
            floats[quad],
            direction.Of(sums, quad),
            QuadArithmetic.Broadcast(phase.Rate(isOutput ? 1 : 0)),
            QuadArithmetic.Broadcast(phase.Decay));
        floats[quad] = w;

        // A finite number times 0 is 0; infinities and NaN turn the sum into NaN.
        return CountingUpdate.IsFinite(Quad.AddInner(0f, w, default));
    }

    /// <summary>The gradient with +0 where there is no weight.</summary>
    private FloatQuad Connected(int row)
    {
        var columns = Quad.Before(gradient, run.Shape.Width);
        return new()
        {
            X = run.IsConnected(0, row) ? columns.X : 0f,
            Y = run.IsConnected(1, row) ? columns.Y : 0f,
            Z = run.IsConnected(2, row) ? columns.Z : 0f,
            W = run.IsConnected(3, row) ? columns.W : 0f,
        };
    }
}
