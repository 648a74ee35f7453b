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
            AddTile(run, memory, from, to, group, quad, start, (count + 3) >> 2);
            group += groupStep;
            quad += quadStep;
            if (quad >= quads)
            {
                quad -= quads;
                group++;
            }
        }
    }

    private static void AddTile(
        GeneralSlot run, GeneralMemory memory, int from, int to, int group, int quad, bool start, int sampleQuads)
    {
        int i = from + (group * Canon.Group);
        int n = run.Shape.Inputs;
        int place = ((((quad >> 2) * (n + 2)) + i) * LaneQuads) + (quad & 3);
        var gradients = QuadView.Of(run.Scratch.Gradients);
        var first = default(FloatQuad);
        var second = default(FloatQuad);
        var third = default(FloatQuad);
        var fourth = default(FloatQuad);
        if (!start)
        {
            first = gradients[place];
            second = i + 1 < to ? gradients[place + LaneQuads] : default;
            third = i + 2 < to ? gradients[place + (2 * LaneQuads)] : default;
            fourth = i + 3 < to ? gradients[place + (3 * LaneQuads)] : default;
        }

        int stride = Canon.Blocks(run.Shape.Width) * LaneQuads;
        var descents = QuadView.Of(run.Scratch.Descents);
        int at = quad;
        int signs = group * Samples;
        for (int left = sampleQuads; left > 0; left--)
        {
            // As one structure, so that a single address serves the four accesses; it starts at a multiple of its size, as a cast of a view needs.
            var x = memory.Forward.Signs.SubView(signs, 4).Cast<QuadTile>()[0];
            var a = x.Row0;
            var b = x.Row1;
            var c = x.Row2;
            var e = x.Row3;
            var d = descents[at];
            first.X = Add(first.X, d, a.X, b.X, c.X, e.X);
            second.X = Add(second.X, d, a.Y, b.Y, c.Y, e.Y);
            third.X = Add(third.X, d, a.Z, b.Z, c.Z, e.Z);
            fourth.X = Add(fourth.X, d, a.W, b.W, c.W, e.W);
            at += stride;
            d = descents[at];
            first.Y = Add(first.Y, d, a.X, b.X, c.X, e.X);
            second.Y = Add(second.Y, d, a.Y, b.Y, c.Y, e.Y);
            third.Y = Add(third.Y, d, a.Z, b.Z, c.Z, e.Z);
            fourth.Y = Add(fourth.Y, d, a.W, b.W, c.W, e.W);
            at += stride;
            d = descents[at];
            first.Z = Add(first.Z, d, a.X, b.X, c.X, e.X);
            second.Z = Add(second.Z, d, a.Y, b.Y, c.Y, e.Y);
            third.Z = Add(third.Z, d, a.Z, b.Z, c.Z, e.Z);
            fourth.Z = Add(fourth.Z, d, a.W, b.W, c.W, e.W);
            at += stride;
            d = descents[at];
            first.W = Add(first.W, d, a.X, b.X, c.X, e.X);
            second.W = Add(second.W, d, a.Y, b.Y, c.Y, e.Y);
            third.W = Add(third.W, d, a.Z, b.Z, c.Z, e.Z);
            fourth.W = Add(fourth.W, d, a.W, b.W, c.W, e.W);
            at += stride;
            signs += 4;
        }

        if (run.Shape.Model == (int)Model.DisjointPolynet)
        {
            first = Connected(run, quad, i, first);
            second = Connected(run, quad, i + 1, second);
            third = Connected(run, quad, i + 2, third);
            fourth = Connected(run, quad, i + 3, fourth);
        }

        gradients[place] = first;
        if (i + 1 < to)
            gradients[place + LaneQuads] = second;

        if (i + 2 < to)
            gradients[place + (2 * LaneQuads)] = third;

        if (i + 3 < to)
            gradients[place + (3 * LaneQuads)] = fourth;
    }

    /// <summary>G + t_q of NUMERICS.md for one weight; the sum is an fma for the reason that <see cref="AffineTiles"/> gives.</summary>
    private static float Add(float sum, FloatQuad d, float a, float b, float c, float e) =>
        ExactMath.Fma(Quad.Inner(d, new() { X = a, Y = b, Z = c, W = e }), 1f, sum);

    /// <summary>The gradients from input i, +0 where the network has no weight.</summary>
    private static FloatQuad Connected(GeneralSlot run, int quad, int i, FloatQuad gradient) => new()
    {
        X = run.IsConnected(4 * quad, i) ? gradient.X : 0f,
        Y = run.IsConnected((4 * quad) + 1, i) ? gradient.Y : 0f,
        Z = run.IsConnected((4 * quad) + 2, i) ? gradient.Z : 0f,
        W = run.IsConnected((4 * quad) + 3, i) ? gradient.W : 0f,
    };
}
