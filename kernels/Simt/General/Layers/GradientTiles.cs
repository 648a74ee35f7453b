using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Gradients of the first layer's weights (NUMERICS.md, the general path): a tile of four inputs and four neighbouring units per thread.
/// </summary>
internal static class GradientTiles
{
    private const int Samples = Canon.WordSamples;
    private const int LaneQuads = Canon.LaneQuads;

    /// <summary>
    /// Adds the samples of a word.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group, with the signs of the inputs.</param>
    /// <param name="from">First of the expanded inputs.</param>
    /// <param name="inputs">Inputs to be added.</param>
    /// <param name="start">Whether the sums start here.</param>
    /// <param name="count">Samples of the word that exist.</param>
    public static void Add(GeneralSlot run, GeneralMemory memory, int from, int inputs, bool start, int count)
    {
        if (ExpandedInputs.AreBits(run))
            Add<BitInputs>(run, memory, from, inputs, start, count);
        else
            Add<SignInputs>(run, memory, from, inputs, start, count);
    }

    private static void Add<TInputs>(GeneralSlot run, GeneralMemory memory, int from, int inputs, bool start, int count)
        where TInputs : struct, IInputs
    {
        int quads = (run.Shape.Width + 3) >> 2;
        int to = Math.Min(inputs, from + ForwardMemory.Inputs);
        int groups = (to - from + 3) >> 2;

        // Lanes have neighbouring units, and find their next tile without a division.
        int group = run.Thread.Index / quads;
        int quad = run.Thread.Index - (group * quads);
        int groupStep = run.Thread.Count / quads;
        int quadStep = run.Thread.Count - (groupStep * quads);
        while (group < groups)
        {
            AddTile<TInputs>(run, memory, from, to, group, quad, start, (count + 3) >> 2);
            group += groupStep;
            quad += quadStep;
            if (quad >= quads)
            {
                quad -= quads;
                group++;
            }
        }
    }

    private static void AddTile<TInputs>(
        GeneralSlot run, GeneralMemory memory, int from, int to, int group, int quad, bool start, int sampleQuads)
        where TInputs : struct, IInputs
    {
        int i = from + (group * Canon.Group);
        int n = run.Shape.Inputs;
        int place = ((((quad >> 2) * (n + 2)) + i) * LaneQuads) + (quad & 3);
        var gradients = QuadView.Of(run.Scratch.Gradients);
        int rows = Math.Min(to - i, Canon.Group);
        var sums = default(QuadTile);
        if (!start)
            sums = QuadTile.LoadBefore(gradients, place, LaneQuads, rows);

        int stride = Canon.Blocks(run.Shape.Width) * LaneQuads;
        var descents = QuadView.Of(run.Scratch.Descents).SubView(quad);
        int at = 0;
        int inputs = group * Samples;
        if ((sampleQuads & 1) != 0)
        {
            sums = AddSamples<TInputs>(sums, memory, inputs, descents, at, stride);
            at += 4 * stride;
            inputs += 4;
        }

        for (int left = sampleQuads >> 1; left > 0; left--)
        {
            sums = AddSamples<TInputs>(sums, memory, inputs, descents, at, stride);
            at += 4 * stride;
            sums = AddSamples<TInputs>(sums, memory, inputs + 4, descents, at, stride);
            at += 4 * stride;
            inputs += 8;
        }

        if (run.Shape.Model == (int)Model.DisjointPolynet)
        {
            sums.Row0 = Connected(run, quad, i, sums.Row0);
            sums.Row1 = Connected(run, quad, i + 1, sums.Row1);
            sums.Row2 = Connected(run, quad, i + 2, sums.Row2);
            sums.Row3 = Connected(run, quad, i + 3, sums.Row3);
        }

        QuadTile.StoreBefore(gradients, place, LaneQuads, sums, rows);
    }

    /// <summary>G + t_q of NUMERICS.md for four samples: a row for each input, an entry for each unit.</summary>
    private static QuadTile AddSamples<TInputs>(
        QuadTile sums, GeneralMemory memory, int inputs, ArrayView<FloatQuad> descents, int at, int stride)
        where TInputs : struct, IInputs
    {
        // As one structure, so that a single address serves the four accesses; it starts at a multiple of its size, as a cast of a view needs.
        var x = memory.Forward.Signs.SubView(inputs, 4).Cast<QuadTile>()[0];
        x = TInputs.HasSamples ? x : QuadTile.Transposed(x);
        var d = descents[at];
        sums.Row0.X = Add<TInputs>(sums.Row0.X, d, x.Row0);
        sums.Row1.X = Add<TInputs>(sums.Row1.X, d, x.Row1);
        sums.Row2.X = Add<TInputs>(sums.Row2.X, d, x.Row2);
        sums.Row3.X = Add<TInputs>(sums.Row3.X, d, x.Row3);
        at += stride;
        d = descents[at];
        sums.Row0.Y = Add<TInputs>(sums.Row0.Y, d, x.Row0);
        sums.Row1.Y = Add<TInputs>(sums.Row1.Y, d, x.Row1);
        sums.Row2.Y = Add<TInputs>(sums.Row2.Y, d, x.Row2);
        sums.Row3.Y = Add<TInputs>(sums.Row3.Y, d, x.Row3);
        at += stride;
        d = descents[at];
        sums.Row0.Z = Add<TInputs>(sums.Row0.Z, d, x.Row0);
        sums.Row1.Z = Add<TInputs>(sums.Row1.Z, d, x.Row1);
        sums.Row2.Z = Add<TInputs>(sums.Row2.Z, d, x.Row2);
        sums.Row3.Z = Add<TInputs>(sums.Row3.Z, d, x.Row3);
        at += stride;
        d = descents[at];
        sums.Row0.W = Add<TInputs>(sums.Row0.W, d, x.Row0);
        sums.Row1.W = Add<TInputs>(sums.Row1.W, d, x.Row1);
        sums.Row2.W = Add<TInputs>(sums.Row2.W, d, x.Row2);
        sums.Row3.W = Add<TInputs>(sums.Row3.W, d, x.Row3);
        return sums;
    }

    private static float Add<TInputs>(float sum, FloatQuad d, FloatQuad x)
        where TInputs : struct, IInputs => TInputs.Add(sum, d.X, d.Y, d.Z, d.W, x);

    /// <summary>The gradients from input i, +0 where the network has no weight.</summary>
    private static FloatQuad Connected(GeneralSlot run, int quad, int i, FloatQuad gradient) => new()
    {
        X = run.IsConnected(4 * quad, i) ? gradient.X : 0f,
        Y = run.IsConnected((4 * quad) + 1, i) ? gradient.Y : 0f,
        Z = run.IsConnected((4 * quad) + 2, i) ? gradient.Z : 0f,
        W = run.IsConnected((4 * quad) + 3, i) ? gradient.W : 0f,
    };
}
