using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Sixteen sums of one thread, four by four: the part of a matrix that it computes at a time.</summary>
internal struct QuadTile
{
    public FloatQuad Row0;
    public FloatQuad Row1;
    public FloatQuad Row2;
    public FloatQuad Row3;

    /// <summary>Four rows, each of one value: row r holds x's entry r four times.</summary>
    public static QuadTile Down(FloatQuad x) => new()
    {
        Row0 = QuadArithmetic.Broadcast(x.X),
        Row1 = QuadArithmetic.Broadcast(x.Y),
        Row2 = QuadArithmetic.Broadcast(x.Z),
        Row3 = QuadArithmetic.Broadcast(x.W),
    };

    /// <summary>Row r + <paramref name="y"/>.</summary>
    public static QuadTile AddToRows(QuadTile sums, FloatQuad y) => new()
    {
        Row0 = QuadArithmetic.Add(sums.Row0, y),
        Row1 = QuadArithmetic.Add(sums.Row1, y),
        Row2 = QuadArithmetic.Add(sums.Row2, y),
        Row3 = QuadArithmetic.Add(sums.Row3, y),
    };

    /// <summary>Row r ← fma(x_r, y, row r).</summary>
    public static QuadTile AddOuter(QuadTile sums, FloatQuad x, FloatQuad y) => new()
    {
        Row0 = Quad.Fma(x.X, y, sums.Row0),
        Row1 = Quad.Fma(x.Y, y, sums.Row1),
        Row2 = Quad.Fma(x.Z, y, sums.Row2),
        Row3 = Quad.Fma(x.W, y, sums.Row3),
    };

    /// <summary>
    /// Row r ← fma(x_ir, y_i, row r) for i = 0, 1, …: four of the outer products Σ_i x_i ⊗ y_i.
    /// </summary>
    /// <param name="sums">What the sums start from.</param>
    /// <param name="x">Holds the x_i.</param>
    /// <param name="atX">Where x_0 is.</param>
    /// <param name="stepX">Quads from one to the next.</param>
    /// <param name="y">Holds the y_i.</param>
    /// <param name="atY">Where y_0 is.</param>
    /// <param name="stepY">Quads from one to the next.</param>
    /// <param name="count">How many i there are.</param>
    public static QuadTile AddOuters(
        QuadTile sums, ArrayView<FloatQuad> x, int atX, int stepX, ArrayView<FloatQuad> y, int atY, int stepY, int count)
    {
        int end = atX + (count * stepX);
        int fours = atX + ((count & ~3) * stepX);
        while (atX < fours)
        {
            var x4 = x.SubView(atX);
            var y4 = y.SubView(atY);
            sums = AddOuter(sums, x4[0], y4[0]);
            sums = AddOuter(sums, x4[stepX], y4[stepY]);
            sums = AddOuter(sums, x4[2 * stepX], y4[2 * stepY]);
            sums = AddOuter(sums, x4[3 * stepX], y4[3 * stepY]);
            atX += 4 * stepX;
            atY += 4 * stepY;
        }

        while (atX < end)
        {
            sums = AddOuter(sums, x[atX], y[atY]);
            atX += stepX;
            atY += stepY;
        }

        return sums;
    }

    /// <summary>
    /// Entry c of row r ← fma(x_r[k], y_c[k], ·) for k = 0 … 3: four of the inner products Σ_k x_r[k]·y_c[k].
    /// </summary>
    public static QuadTile AddInner(QuadTile sums, QuadTile x, QuadTile y) => new()
    {
        Row0 = AddInner(sums.Row0, x.Row0, y),
        Row1 = AddInner(sums.Row1, x.Row1, y),
        Row2 = AddInner(sums.Row2, x.Row2, y),
        Row3 = AddInner(sums.Row3, x.Row3, y),
    };

    /// <summary>Four rows from <paramref name="at"/> on, <paramref name="step"/> quads apart.</summary>
    public static QuadTile Load(ArrayView<FloatQuad> source, int at, int step) => new()
    {
        Row0 = source[at],
        Row1 = source[at + step],
        Row2 = source[at + (2 * step)],
        Row3 = source[at + (3 * step)],
    };

    /// <summary>The first <paramref name="rows"/> ≥ 1 rows, with the last of them repeated in place of the others.</summary>
    public static QuadTile LoadBefore(ArrayView<FloatQuad> source, int at, int step, int rows) => new()
    {
        Row0 = source[at],
        Row1 = source[at + (step * Math.Min(1, rows - 1))],
        Row2 = source[at + (step * Math.Min(2, rows - 1))],
        Row3 = source[at + (step * Math.Min(3, rows - 1))],
    };

    /// <summary>Writes the rows from <paramref name="at"/> on, <paramref name="step"/> quads apart.</summary>
    public static void Store(ArrayView<FloatQuad> target, int at, int step, QuadTile tile)
    {
        target[at] = tile.Row0;
        target[at + step] = tile.Row1;
        target[at + (2 * step)] = tile.Row2;
        target[at + (3 * step)] = tile.Row3;
    }

    /// <summary>The same for the first <paramref name="rows"/> ≥ 1 of the rows.</summary>
    public static void StoreBefore(ArrayView<FloatQuad> target, int at, int step, QuadTile tile, int rows)
    {
        target[at] = tile.Row0;
        if (rows > 1)
            target[at + step] = tile.Row1;

        if (rows > 2)
            target[at + (2 * step)] = tile.Row2;

        if (rows > 3)
            target[at + (3 * step)] = tile.Row3;
    }

    /// <summary>The tile with rows and columns exchanged.</summary>
    public static QuadTile Transposed(QuadTile t) => new()
    {
        Row0 = new() { X = t.Row0.X, Y = t.Row1.X, Z = t.Row2.X, W = t.Row3.X },
        Row1 = new() { X = t.Row0.Y, Y = t.Row1.Y, Z = t.Row2.Y, W = t.Row3.Y },
        Row2 = new() { X = t.Row0.Z, Y = t.Row1.Z, Z = t.Row2.Z, W = t.Row3.Z },
        Row3 = new() { X = t.Row0.W, Y = t.Row1.W, Z = t.Row2.W, W = t.Row3.W },
    };

    /// <summary>The tile with +0 in the columns from <paramref name="columns"/> on.</summary>
    public static QuadTile ColumnsBefore(QuadTile t, int columns) => new()
    {
        Row0 = Quad.Before(t.Row0, columns),
        Row1 = Quad.Before(t.Row1, columns),
        Row2 = Quad.Before(t.Row2, columns),
        Row3 = Quad.Before(t.Row3, columns),
    };

    /// <summary>The tile with +0 in the rows from <paramref name="rows"/> on.</summary>
    public static QuadTile RowsBefore(QuadTile t, int rows) => new()
    {
        Row0 = Quad.Select(rows > 0, t.Row0, default),
        Row1 = Quad.Select(rows > 1, t.Row1, default),
        Row2 = Quad.Select(rows > 2, t.Row2, default),
        Row3 = Quad.Select(rows > 3, t.Row3, default),
    };

    private static FloatQuad AddInner(FloatQuad sums, FloatQuad x, QuadTile y) => new()
    {
        X = Quad.AddInner(sums.X, x, y.Row0),
        Y = Quad.AddInner(sums.Y, x, y.Row1),
        Z = Quad.AddInner(sums.Z, x, y.Row2),
        W = Quad.AddInner(sums.W, x, y.Row3),
    };
}
