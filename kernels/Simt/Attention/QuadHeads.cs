using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The heads that four neighbouring entries belong to.</summary>
internal struct QuadHeads
{
    private int x;
    private int y;
    private int z;
    private int w;

    /// <summary>The heads of an entry and of the three after it; of padding, the last one.</summary>
    public static QuadHeads Of(int entry, int headSize, int heads)
    {
        int last = heads - 1;
        int head = entry / headSize;
        int left = headSize - (entry - (head * headSize)) - 1;
        int y = left > 0 ? head : head + 1;
        left = left > 0 ? left - 1 : headSize - 1;
        int z = left > 0 ? y : y + 1;
        left = left > 0 ? left - 1 : headSize - 1;
        int w = left > 0 ? z : z + 1;
        return new() { x = Math.Min(head, last), y = Math.Min(y, last), z = Math.Min(z, last), w = Math.Min(w, last) };
    }

    /// <summary>The four heads' entries in a row with one entry per head.</summary>
    public static FloatQuad Load(ArrayView<float> floats, int row, QuadHeads heads) => new()
    {
        X = floats[row + heads.x],
        Y = floats[row + heads.y],
        Z = floats[row + heads.z],
        W = floats[row + heads.w],
    };
}
