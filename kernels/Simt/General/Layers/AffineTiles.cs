using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// z of the first layer (NUMERICS.md, forward). A thread has a tile of four neighbouring units, whose weights are one access, and eight samples.
/// Eight neighbouring threads take eight quads of units; the quads left over go to one warp each, with one sample per lane.
/// </summary>
internal static class AffineTiles
{
    private const int Samples = Canon.WordSamples;
    private const int SampleQuads = Canon.SampleQuads;
    private const int LaneQuads = Canon.LaneQuads;
    private const int TileSamples = 8;

    /// <summary>
    /// Adds the expanded inputs from <paramref name="from"/> on to z; after the last inputs, also adds the rows of control bits and applies σ if it is a
    /// ReLU, whose σ′ the values then tell.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group, with the signs of the inputs.</param>
    /// <param name="from">First of the expanded inputs.</param>
    /// <param name="inputs">Inputs that are expanded.</param>
    /// <param name="count">Samples of the word that exist; the others' z may be left out.</param>
    public static void Add(GeneralSlot run, GeneralMemory memory, int from, int inputs, int count)
    {
        if (ExpandedInputs.AreBits(run))
            Add<BitInputs>(run, memory, from, inputs, count);
        else
            Add<SignInputs>(run, memory, from, inputs, count);
    }

    private static void Add<TInputs>(GeneralSlot run, GeneralMemory memory, int from, int inputs, int count)
        where TInputs : struct, IInputs
    {
        var thread = run.Thread;
        int quads = (run.Shape.Width + 3) >> 2;
        int tiled = quads & ~7;
        int items = ((count + TileSamples - 1) >> 3) * tiled;
        for (int index = thread.Index; index < items; index += thread.Count)
        {
            int octet = (index >= tiled ? 1 : 0) + (index >= 2 * tiled ? 1 : 0) + (index >= 3 * tiled ? 1 : 0);
            AddTile<TInputs>(run, memory, index - (octet * tiled), octet, from, inputs);
        }

        // Warps without a tile first.
        int warps = thread.Count >> 5;
        for (int quad = tiled + warps - 1 - (thread.Index >> 5); quad < quads; quad += warps)
            AddStrip<TInputs>(run, memory, quad, thread.Index & (Samples - 1), from, inputs);
    }

    private static void AddTile<TInputs>(GeneralSlot run, GeneralMemory memory, int quad, int octet, int from, int inputs)
        where TInputs : struct, IInputs
    {
        int to = Math.Min(inputs, from + ForwardMemory.Inputs);
        var rows = QuadView.Of(run.Floats);
        int start = ((quad >> 2) * (run.Shape.Inputs + 2) * LaneQuads) + (quad & 3);
        int place = (quad * 4 * SampleQuads) + (octet * 2);
        var values = QuadView.Of(run.Scratch.Values).SubView(place, (3 * SampleQuads) + 2);
        var tile = default(UnitTile);
        if (from == 0)
        {
            var bias = rows[start + (run.Shape.Inputs * LaneQuads)];
            tile.A = EightSums.Of(bias.X);
            tile.B = EightSums.Of(bias.Y);
            tile.C = EightSums.Of(bias.Z);
            tile.D = EightSums.Of(bias.W);
        }
        else
        {
            tile.A = EightSums.Load(values);
            tile.B = EightSums.Load(values.SubView(SampleQuads));
            tile.C = EightSums.Load(values.SubView(2 * SampleQuads));
            tile.D = EightSums.Load(values.SubView(3 * SampleQuads));
        }

        int at = start + (from * LaneQuads);
        int signs = octet * (TileSamples / Canon.Group);
        int group = 0;
        for (int groups = (to - from) >> 2; group < groups; group++)
        {
            var w = rows.SubView(at, (3 * LaneQuads) + 1);
            tile = AddGroup<TInputs>(tile, memory.Forward.Signs, signs, group, w[0], w[LaneQuads], w[2 * LaneQuads], w[3 * LaneQuads]);
            at += Canon.Group * LaneQuads;
            signs += ForwardMemory.GroupTiles;
        }

        int rest = (to - from) & 3;
        if (rest != 0)
        {
            var second = rest > 1 ? rows[at + LaneQuads] : default;
            var third = rest > 2 ? rows[at + (2 * LaneQuads)] : default;
            tile = AddGroup<TInputs>(tile, memory.Forward.Signs, signs, group, rows[at], second, third, default);
        }

        if (run.HasTasks && to == inputs && inputs < run.Shape.Inputs)
            tile = AddRows(tile, rows.SubView(start), memory.Controls.SubView(octet * TileSamples, TileSamples), inputs);

        bool relu = to == inputs && IsRelu(run);
        Store(values, 0, tile.A, relu);
        Store(values, SampleQuads, tile.B, relu);
        Store(values, 2 * SampleQuads, tile.C, relu);
        Store(values, 3 * SampleQuads, tile.D, relu);
    }

    /// <summary>Four units on one sample, a lane's work.</summary>
    private static void AddStrip<TInputs>(GeneralSlot run, GeneralMemory memory, int quad, int sample, int from, int inputs)
        where TInputs : struct, IInputs
    {
        int to = Math.Min(inputs, from + ForwardMemory.Inputs);
        var rows = QuadView.Of(run.Floats);
        int start = ((quad >> 2) * (run.Shape.Inputs + 2) * LaneQuads) + (quad & 3);
        int place = (quad * 4 * Samples) + sample;
        var values = run.Scratch.Values.SubView(place, (3 * Samples) + 1);
        var z = from == 0
            ? rows[start + (run.Shape.Inputs * LaneQuads)]
            : new FloatQuad { X = values[0], Y = values[Samples], Z = values[2 * Samples], W = values[3 * Samples] };
        int at = start + (from * LaneQuads);
        int group = 0;
        int signs = 0;
        int i = from;
        for (; i + Canon.Group <= to; i += Canon.Group, at += Canon.Group * LaneQuads, signs += ForwardMemory.GroupStride, group++)
        {
            var w = rows.SubView(at, (3 * LaneQuads) + 1);
            var x = memory.Forward.Signs[signs + ExpandedInputs.ForwardPlace<TInputs>(group, sample)];
            z = AddSample<TInputs>(z, x, w[0], w[LaneQuads], w[2 * LaneQuads], w[3 * LaneQuads]);
        }

        if (i < to)
        {
            var second = i + 1 < to ? rows[at + LaneQuads] : default;
            var third = i + 2 < to ? rows[at + (2 * LaneQuads)] : default;
            var x = memory.Forward.Signs[signs + ExpandedInputs.ForwardPlace<TInputs>(group, sample)];
            z = AddSample<TInputs>(z, x, rows[at], second, third, default);
        }

        if (run.HasTasks && to == inputs && inputs < run.Shape.Inputs)
            z = QuadArithmetic.Add(z, ControlRows.Weights(rows.SubView(start), memory.Controls[sample], inputs));

        if (to == inputs && IsRelu(run))
            z = Activations<FloatQuad, QuadArithmetic>.Relu(z).Value;

        values[0] = z.X;
        values[Samples] = z.Y;
        values[2 * Samples] = z.Z;
        values[3 * Samples] = z.W;
    }

    /// <summary>z of four units on eight samples, and their weights from the samples' control bits.</summary>
    private static UnitTile AddRows(UnitTile z, ArrayView<FloatQuad> units, ArrayView<int> controls, int inputs)
    {
        var weights = ControlRows.Weights(units, controls, inputs);
        z.A.Low = QuadArithmetic.Add(z.A.Low, weights.Row0);
        z.B.Low = QuadArithmetic.Add(z.B.Low, weights.Row1);
        z.C.Low = QuadArithmetic.Add(z.C.Low, weights.Row2);
        z.D.Low = QuadArithmetic.Add(z.D.Low, weights.Row3);
        weights = ControlRows.Weights(units, controls.SubView(Canon.Group), inputs);
        z.A.High = QuadArithmetic.Add(z.A.High, weights.Row0);
        z.B.High = QuadArithmetic.Add(z.B.High, weights.Row1);
        z.C.High = QuadArithmetic.Add(z.C.High, weights.Row2);
        z.D.High = QuadArithmetic.Add(z.D.High, weights.Row3);
        return z;
    }

    /// <summary>Whether the layer's σ is a ReLU, which the tiles apply; any other σ takes a pass of its own.</summary>
    public static bool IsRelu(GeneralSlot run) =>
        run.Shape.Model == (int)Model.Mlp && run.Shape.Activation == (int)Activation.Relu;

    private static void Store(ArrayView<FloatQuad> values, int at, EightSums z, bool relu)
    {
        values[at] = relu ? Activations<FloatQuad, QuadArithmetic>.Relu(z.Low).Value : z.Low;
        values[at + 1] = relu ? Activations<FloatQuad, QuadArithmetic>.Relu(z.High).Value : z.High;
    }

    /// <summary>z + s_g of four units on a sample with inputs x; w, v, u, t are the units' weights from the group's inputs.</summary>
    private static FloatQuad AddSample<TInputs>(FloatQuad z, FloatQuad x, FloatQuad w, FloatQuad v, FloatQuad u, FloatQuad t)
        where TInputs : struct, IInputs => new()
        {
            X = TInputs.Add(z.X, w.X, v.X, u.X, t.X, x),
            Y = TInputs.Add(z.Y, w.Y, v.Y, u.Y, t.Y, x),
            Z = TInputs.Add(z.Z, w.Z, v.Z, u.Z, t.Z, x),
            W = TInputs.Add(z.W, w.W, v.W, u.W, t.W, x),
        };

    /// <summary>z + s_g for four units on eight samples, whose inputs are tile number <paramref name="tile"/> and the next; w, v, u, t as before.</summary>
    private static UnitTile AddGroup<TInputs>(
        UnitTile z, ArrayView<FloatQuad> signs, int tile, int group, FloatQuad w, FloatQuad v, FloatQuad u, FloatQuad t)
        where TInputs : struct, IInputs
    {
        var four = ExpandedInputs.ForwardTile<TInputs>(signs, tile, group);
        var x = four.Row0;
        z.A.Low.X = TInputs.Add(z.A.Low.X, w.X, v.X, u.X, t.X, x);
        z.B.Low.X = TInputs.Add(z.B.Low.X, w.Y, v.Y, u.Y, t.Y, x);
        z.C.Low.X = TInputs.Add(z.C.Low.X, w.Z, v.Z, u.Z, t.Z, x);
        z.D.Low.X = TInputs.Add(z.D.Low.X, w.W, v.W, u.W, t.W, x);
        x = four.Row1;
        z.A.Low.Y = TInputs.Add(z.A.Low.Y, w.X, v.X, u.X, t.X, x);
        z.B.Low.Y = TInputs.Add(z.B.Low.Y, w.Y, v.Y, u.Y, t.Y, x);
        z.C.Low.Y = TInputs.Add(z.C.Low.Y, w.Z, v.Z, u.Z, t.Z, x);
        z.D.Low.Y = TInputs.Add(z.D.Low.Y, w.W, v.W, u.W, t.W, x);
        x = four.Row2;
        z.A.Low.Z = TInputs.Add(z.A.Low.Z, w.X, v.X, u.X, t.X, x);
        z.B.Low.Z = TInputs.Add(z.B.Low.Z, w.Y, v.Y, u.Y, t.Y, x);
        z.C.Low.Z = TInputs.Add(z.C.Low.Z, w.Z, v.Z, u.Z, t.Z, x);
        z.D.Low.Z = TInputs.Add(z.D.Low.Z, w.W, v.W, u.W, t.W, x);
        x = four.Row3;
        z.A.Low.W = TInputs.Add(z.A.Low.W, w.X, v.X, u.X, t.X, x);
        z.B.Low.W = TInputs.Add(z.B.Low.W, w.Y, v.Y, u.Y, t.Y, x);
        z.C.Low.W = TInputs.Add(z.C.Low.W, w.Z, v.Z, u.Z, t.Z, x);
        z.D.Low.W = TInputs.Add(z.D.Low.W, w.W, v.W, u.W, t.W, x);
        four = ExpandedInputs.ForwardTile<TInputs>(signs, tile + 1, group);
        x = four.Row0;
        z.A.High.X = TInputs.Add(z.A.High.X, w.X, v.X, u.X, t.X, x);
        z.B.High.X = TInputs.Add(z.B.High.X, w.Y, v.Y, u.Y, t.Y, x);
        z.C.High.X = TInputs.Add(z.C.High.X, w.Z, v.Z, u.Z, t.Z, x);
        z.D.High.X = TInputs.Add(z.D.High.X, w.W, v.W, u.W, t.W, x);
        x = four.Row1;
        z.A.High.Y = TInputs.Add(z.A.High.Y, w.X, v.X, u.X, t.X, x);
        z.B.High.Y = TInputs.Add(z.B.High.Y, w.Y, v.Y, u.Y, t.Y, x);
        z.C.High.Y = TInputs.Add(z.C.High.Y, w.Z, v.Z, u.Z, t.Z, x);
        z.D.High.Y = TInputs.Add(z.D.High.Y, w.W, v.W, u.W, t.W, x);
        x = four.Row2;
        z.A.High.Z = TInputs.Add(z.A.High.Z, w.X, v.X, u.X, t.X, x);
        z.B.High.Z = TInputs.Add(z.B.High.Z, w.Y, v.Y, u.Y, t.Y, x);
        z.C.High.Z = TInputs.Add(z.C.High.Z, w.Z, v.Z, u.Z, t.Z, x);
        z.D.High.Z = TInputs.Add(z.D.High.Z, w.W, v.W, u.W, t.W, x);
        x = four.Row3;
        z.A.High.W = TInputs.Add(z.A.High.W, w.X, v.X, u.X, t.X, x);
        z.B.High.W = TInputs.Add(z.B.High.W, w.Y, v.Y, u.Y, t.Y, x);
        z.C.High.W = TInputs.Add(z.C.High.W, w.Z, v.Z, u.Z, t.Z, x);
        z.D.High.W = TInputs.Add(z.D.High.W, w.W, v.W, u.W, t.W, x);
        return z;
    }
}
