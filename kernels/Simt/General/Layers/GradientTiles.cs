using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Gradients of the first layer's weights (NUMERICS.md, the general path): a tile of four inputs and four neighbouring units per thread.
/// </summary>
internal static class GradientTiles
{
    private const int LaneQuads = Canon.LaneQuads;

    /// <summary>Groups of inputs of a strip.</summary>
    private const int Strip = 4;

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

        // Strips of four groups of inputs: four neighbouring lanes have the same units, and so read the same d. The rest takes one group after the other.
        int span = Strip * quads;
        int strip = run.Thread.Index / span;
        int place = run.Thread.Index - (strip * span);
        int stripStep = run.Thread.Count / span;
        int placeStep = run.Thread.Count - (stripStep * span);
        for (int first = strip * Strip; first < groups; first += stripStep * Strip)
        {
            int group = first + (place & (Strip - 1));
            int quad = place >> 2;
            if (first + Strip > groups)
            {
                int passed = (place >= quads ? 1 : 0) + (place >= 2 * quads ? 1 : 0) + (place >= 3 * quads ? 1 : 0);
                group = first + passed;
                quad = place - (passed * quads);
            }

            if (group < groups)
                AddTile<TInputs>(run, memory, from, to, group, quad, start, (count + 3) >> 2);

            place += placeStep;
            if (place >= span)
            {
                place -= span;
                first += Strip;
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
        var descents = QuadView.Of(run.Scratch.Descents).Cast<QuadTile>().SubView(quad);
        int at = 0;
        int half = ExpandedInputs.FirstHalf(group, group * ForwardMemory.GroupTiles);
        if ((sampleQuads & 1) != 0)
        {
            sums = AddSamples<TInputs>(sums, memory, half, descents[at]);
            at += stride;
            half += 2;
        }

        for (int left = sampleQuads >> 1; left > 0; left--)
        {
            sums = AddSamples<TInputs>(sums, memory, half, descents[at]);
            at += stride;
            sums = AddSamples<TInputs>(sums, memory, half + 2, descents[at]);
            at += stride;
            half += 4;
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
    private static QuadTile AddSamples<TInputs>(QuadTile sums, GeneralMemory memory, int half, QuadTile d)
        where TInputs : struct, IInputs
    {
        var x = ExpandedInputs.Tile(memory.Forward.Signs, half);
        x = TInputs.HasSamples ? x : QuadTile.Transposed(x);
        return new()
        {
            Row0 = Add<TInputs>(sums.Row0, d, x.Row0),
            Row1 = Add<TInputs>(sums.Row1, d, x.Row1),
            Row2 = Add<TInputs>(sums.Row2, d, x.Row2),
            Row3 = Add<TInputs>(sums.Row3, d, x.Row3),
        };
    }

    private static FloatQuad Add<TInputs>(FloatQuad sums, QuadTile d, FloatQuad x)
        where TInputs : struct, IInputs => new()
        {
            X = Add<TInputs>(sums.X, d.Row0, x),
            Y = Add<TInputs>(sums.Y, d.Row1, x),
            Z = Add<TInputs>(sums.Z, d.Row2, x),
            W = Add<TInputs>(sums.W, d.Row3, x),
        };

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
