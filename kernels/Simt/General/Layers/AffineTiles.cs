using ILGPU;
using ILGPU.Runtime;

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
    /// Expands the window's bits to ±1, or to 0 and 1, from input <paramref name="from"/> on and for as many inputs as shared memory holds; a group
    /// of the first <paramref name="inputs"/> inputs per warp, a sample per lane.
    /// </summary>
    public static void ExpandInputs(GeneralSlot run, GeneralMemory memory, int from, int inputs)
    {
        var window = run.Scratch.Window.AsAligned(QuadView.QuadBytes).Cast<WordQuad>();
        int groups = (Math.Min(inputs - from, ForwardMemory.Inputs) + 3) >> 2;
        int sample = run.Thread.Index & (Samples - 1);
        int warps = run.Thread.Count >> 5;

        bool zeroOne = run.Shape.Encoding == (int)InputEncoding.ZeroOne;
        float minus = zeroOne ? 1f : -1f;
        float plus = zeroOne ? 0f : 1f;
        uint bit = 1u << sample;
        for (int group = run.Thread.Index >> 5; group < groups; group += warps)
        {
            var bits = window[(from >> 2) + group];
            memory.Forward.Signs[(group * Samples) + sample] = new FloatQuad
            {
                X = (bits.W0 & bit) != 0 ? minus : plus,
                Y = (bits.W1 & bit) != 0 ? minus : plus,
                Z = (bits.W2 & bit) != 0 ? minus : plus,
                W = (bits.W3 & bit) != 0 ? minus : plus,
            };
        }
    }

    /// <summary>
    /// Adds the expanded inputs from <paramref name="from"/> on to z; after the last inputs, also adds the rows of control bits and applies σ if it is a ReLU.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group, with the signs of the inputs.</param>
    /// <param name="from">First of the expanded inputs.</param>
    /// <param name="inputs">Inputs that are expanded.</param>
    /// <param name="count">Samples of the word that exist; the others' z may be left out.</param>
    public static void Add(GeneralSlot run, GeneralMemory memory, int from, int inputs, int count)
    {
        var thread = run.Thread;
        int quads = (run.Shape.Width + 3) >> 2;
        int tiled = quads & ~7;
        int items = ((count + TileSamples - 1) >> 3) * tiled;
        for (int index = thread.Index; index < items; index += thread.Count)
        {
            int octet = (index >= tiled ? 1 : 0) + (index >= 2 * tiled ? 1 : 0) + (index >= 3 * tiled ? 1 : 0);
            AddTile(run, memory, index - (octet * tiled), octet, from, inputs);
        }

        // Warps without a tile first.
        int warps = thread.Count >> 5;
        for (int quad = tiled + warps - 1 - (thread.Index >> 5); quad < quads; quad += warps)
            AddStrip(run, memory, quad, thread.Index & (Samples - 1), from, inputs);
    }

    private static void AddTile(GeneralSlot run, GeneralMemory memory, int quad, int octet, int from, int inputs)
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
        int signs = octet * TileSamples;
        int i = from;
        for (; i + Canon.Group <= to; i += Canon.Group, at += Canon.Group * LaneQuads, signs += Samples)
        {
            var w = rows.SubView(at, (3 * LaneQuads) + 1);
            tile = AddGroup(tile, memory.Forward.Signs.SubView(signs, TileSamples), w[0], w[LaneQuads], w[2 * LaneQuads], w[3 * LaneQuads]);
        }

        if (i < to)
        {
            var second = i + 1 < to ? rows[at + LaneQuads] : default;
            var third = i + 2 < to ? rows[at + (2 * LaneQuads)] : default;
            tile = AddGroup(tile, memory.Forward.Signs.SubView(signs, TileSamples), rows[at], second, third, default);
        }

        if (run.HasTasks && to == inputs && inputs < run.Shape.Inputs)
            tile = AddRows(tile, rows.SubView(start), memory.Controls.SubView(octet * TileSamples, TileSamples), inputs);

        bool relu = to == inputs && IsRelu(run);
        var slopes = QuadView.Of(run.Scratch.Slopes).SubView(place, (3 * SampleQuads) + 2);
        Store(values, slopes, 0, tile.A, relu);
        Store(values, slopes, SampleQuads, tile.B, relu);
        Store(values, slopes, 2 * SampleQuads, tile.C, relu);
        Store(values, slopes, 3 * SampleQuads, tile.D, relu);
    }

    /// <summary>Four units on one sample, a lane's work.</summary>
    private static void AddStrip(GeneralSlot run, GeneralMemory memory, int quad, int sample, int from, int inputs)
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
        int signs = sample;
        int i = from;
        for (; i + Canon.Group <= to; i += Canon.Group, at += Canon.Group * LaneQuads, signs += Samples)
        {
            var w = rows.SubView(at, (3 * LaneQuads) + 1);
            z = QuadArithmetic.Add(z, Signed(memory.Forward.Signs[signs], w[0], w[LaneQuads], w[2 * LaneQuads], w[3 * LaneQuads]));
        }

        if (i < to)
        {
            var second = i + 1 < to ? rows[at + LaneQuads] : default;
            var third = i + 2 < to ? rows[at + (2 * LaneQuads)] : default;
            z = QuadArithmetic.Add(z, Signed(memory.Forward.Signs[signs], rows[at], second, third, default));
        }

        if (run.HasTasks && to == inputs && inputs < run.Shape.Inputs)
            z = QuadArithmetic.Add(z, ControlRows.Weights(rows.SubView(start), memory.Controls[sample], inputs));

        if (to == inputs && IsRelu(run))
        {
            var evaluated = Activations<FloatQuad, QuadArithmetic>.Relu(z);
            var slopes = run.Scratch.Slopes.SubView(place, (3 * Samples) + 1);
            slopes[0] = evaluated.Slope.X;
            slopes[Samples] = evaluated.Slope.Y;
            slopes[2 * Samples] = evaluated.Slope.Z;
            slopes[3 * Samples] = evaluated.Slope.W;
            z = evaluated.Value;
        }

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

    private static void Store(ArrayView<FloatQuad> values, ArrayView<FloatQuad> slopes, int at, EightSums z, bool relu)
    {
        if (relu)
        {
            var low = Activations<FloatQuad, QuadArithmetic>.Relu(z.Low);
            var high = Activations<FloatQuad, QuadArithmetic>.Relu(z.High);
            values[at] = low.Value;
            values[at + 1] = high.Value;
            slopes[at] = low.Slope;
            slopes[at + 1] = high.Slope;
        }
        else
        {
            values[at] = z.Low;
            values[at + 1] = z.High;
        }
    }

    /// <summary>s_g of four units on a sample with signs x; w, v, u, t are the units' weights from the group's inputs.</summary>
    private static FloatQuad Signed(FloatQuad x, FloatQuad w, FloatQuad v, FloatQuad u, FloatQuad t) => new()
    {
        X = Signed(x, w.X, v.X, u.X, t.X),
        Y = Signed(x, w.Y, v.Y, u.Y, t.Y),
        Z = Signed(x, w.Z, v.Z, u.Z, t.Z),
        W = Signed(x, w.W, v.W, u.W, t.W),
    };

    private static float Signed(FloatQuad x, float w, float v, float u, float t) => Quad.Inner(new() { X = w, Y = v, Z = u, W = t }, x);

    /// <summary>
    /// z + s_g for four units on eight samples. The sums are written as fma because ILGPU does not move those: it delays plain sums as long as it can
    /// and would keep all 32 s_g in registers until then.
    /// </summary>
    private static UnitTile AddGroup(UnitTile z, ArrayView<FloatQuad> signs, FloatQuad w, FloatQuad v, FloatQuad u, FloatQuad t)
    {
        var s = Signed(signs[0], w, v, u, t);
        z.A.Low.X = ExactMath.Fma(s.X, 1f, z.A.Low.X);
        z.B.Low.X = ExactMath.Fma(s.Y, 1f, z.B.Low.X);
        z.C.Low.X = ExactMath.Fma(s.Z, 1f, z.C.Low.X);
        z.D.Low.X = ExactMath.Fma(s.W, 1f, z.D.Low.X);
        s = Signed(signs[1], w, v, u, t);
        z.A.Low.Y = ExactMath.Fma(s.X, 1f, z.A.Low.Y);
        z.B.Low.Y = ExactMath.Fma(s.Y, 1f, z.B.Low.Y);
        z.C.Low.Y = ExactMath.Fma(s.Z, 1f, z.C.Low.Y);
        z.D.Low.Y = ExactMath.Fma(s.W, 1f, z.D.Low.Y);
        s = Signed(signs[2], w, v, u, t);
        z.A.Low.Z = ExactMath.Fma(s.X, 1f, z.A.Low.Z);
        z.B.Low.Z = ExactMath.Fma(s.Y, 1f, z.B.Low.Z);
        z.C.Low.Z = ExactMath.Fma(s.Z, 1f, z.C.Low.Z);
        z.D.Low.Z = ExactMath.Fma(s.W, 1f, z.D.Low.Z);
        s = Signed(signs[3], w, v, u, t);
        z.A.Low.W = ExactMath.Fma(s.X, 1f, z.A.Low.W);
        z.B.Low.W = ExactMath.Fma(s.Y, 1f, z.B.Low.W);
        z.C.Low.W = ExactMath.Fma(s.Z, 1f, z.C.Low.W);
        z.D.Low.W = ExactMath.Fma(s.W, 1f, z.D.Low.W);
        s = Signed(signs[4], w, v, u, t);
        z.A.High.X = ExactMath.Fma(s.X, 1f, z.A.High.X);
        z.B.High.X = ExactMath.Fma(s.Y, 1f, z.B.High.X);
        z.C.High.X = ExactMath.Fma(s.Z, 1f, z.C.High.X);
        z.D.High.X = ExactMath.Fma(s.W, 1f, z.D.High.X);
        s = Signed(signs[5], w, v, u, t);
        z.A.High.Y = ExactMath.Fma(s.X, 1f, z.A.High.Y);
        z.B.High.Y = ExactMath.Fma(s.Y, 1f, z.B.High.Y);
        z.C.High.Y = ExactMath.Fma(s.Z, 1f, z.C.High.Y);
        z.D.High.Y = ExactMath.Fma(s.W, 1f, z.D.High.Y);
        s = Signed(signs[6], w, v, u, t);
        z.A.High.Z = ExactMath.Fma(s.X, 1f, z.A.High.Z);
        z.B.High.Z = ExactMath.Fma(s.Y, 1f, z.B.High.Z);
        z.C.High.Z = ExactMath.Fma(s.Z, 1f, z.C.High.Z);
        z.D.High.Z = ExactMath.Fma(s.W, 1f, z.D.High.Z);
        s = Signed(signs[7], w, v, u, t);
        z.A.High.W = ExactMath.Fma(s.X, 1f, z.A.High.W);
        z.B.High.W = ExactMath.Fma(s.Y, 1f, z.B.High.W);
        z.C.High.W = ExactMath.Fma(s.Z, 1f, z.C.High.W);
        z.D.High.W = ExactMath.Fma(s.W, 1f, z.D.High.W);
        return z;
    }
}
