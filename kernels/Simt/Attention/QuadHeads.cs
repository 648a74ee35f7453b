using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Where the entries of four neighbouring columns' heads lie in a row with one entry per head. It goes from row to row with the loop that uses it:
/// compilers would find the heads, by a division, in every turn.
/// </summary>
internal struct QuadHeads
{
    private int x;
    private int y;
    private int z;
    private int w;

    /// <summary>For a column and the three after it; of padding, the last head's entry.</summary>
    /// <param name="row">Where the row starts.</param>
    /// <param name="column">The first column.</param>
    /// <param name="headSize">Columns of a head.</param>
    /// <param name="heads">Number of heads.</param>
    public static QuadHeads Of(int row, int column, int headSize, int heads)
    {
        int last = heads - 1;
        int head = column / headSize;
        int left = headSize - (column - (head * headSize)) - 1;
        int y = left > 0 ? head : head + 1;
        left = left > 0 ? left - 1 : headSize - 1;
        int z = left > 0 ? y : y + 1;
        left = left > 0 ? left - 1 : headSize - 1;
        int w = left > 0 ? z : z + 1;
        return new()
        {
            x = row + Math.Min(head, last),
            y = row + Math.Min(y, last),
            z = row + Math.Min(z, last),
            w = row + Math.Min(w, last),
        };
    }

    /// <summary>The same in another row.</summary>
    public static QuadHeads Moved(QuadHeads heads, int floats) => new()
    {
        x = heads.x + floats,
        y = heads.y + floats,
        z = heads.z + floats,
        w = heads.w + floats,
    };

    /// <summary>The entries.</summary>
    public static FloatQuad Load(ArrayView<float> floats, QuadHeads heads) => new()
    {
        X = floats[heads.x],
        Y = floats[heads.y],
        Z = floats[heads.z],
        W = floats[heads.w],
    };
}
