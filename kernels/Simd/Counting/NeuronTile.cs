using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Adds neurons to the lane sums of samples and marks the samples on which they are active.
/// </summary>
/// <param name="output">The neurons' output weights.</param>
/// <param name="sums">[sample][16].</param>
/// <param name="marks">[word][16], a bit per sample; null for none.</param>
/// <param name="first">Whether the sums start here.</param>
internal readonly unsafe struct NeuronTile<TVec, TLanes>(TVec output, float* sums, uint* marks, bool first) : ITileEnd<TVec>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private const int TileSamples = TableOffsets.TileSamples;
    private const int WordTiles = Canon.WordSamples / TileSamples;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int tile, TVec z0, TVec z1, TVec z2, TVec z3, TVec z4, TVec z5, TVec z6, TVec z7)
    {
        float* sum = sums + (tile * TileSamples * Canon.Lanes);
        Accumulate(sum, output, z0, first);
        Accumulate(sum + Canon.Lanes, output, z1, first);
        Accumulate(sum + (2 * Canon.Lanes), output, z2, first);
        Accumulate(sum + (3 * Canon.Lanes), output, z3, first);
        Accumulate(sum + (4 * Canon.Lanes), output, z4, first);
        Accumulate(sum + (5 * Canon.Lanes), output, z5, first);
        Accumulate(sum + (6 * Canon.Lanes), output, z6, first);
        Accumulate(sum + (7 * Canon.Lanes), output, z7, first);
        if (marks == null)
            return;

        TVec bits = TLanes.MarkPositive(TLanes.Broadcast(0f), z0, 1);
        bits = TLanes.MarkPositive(bits, z1, 2);
        bits = TLanes.MarkPositive(bits, z2, 4);
        bits = TLanes.MarkPositive(bits, z3, 8);
        bits = TLanes.MarkPositive(bits, z4, 16);
        bits = TLanes.MarkPositive(bits, z5, 32);
        bits = TLanes.MarkPositive(bits, z6, 64);
        bits = TLanes.MarkPositive(bits, z7, 128);
        int part = tile % WordTiles;
        uint* word = marks + (tile / WordTiles * Canon.Lanes);
        TLanes.Store(word, part == 0 ? bits : TLanes.Or(TLanes.Load(word), TLanes.ShiftLeft(bits, part * TileSamples)));
    }

    /// <summary>S ← fma(u, relu(z), S).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(float* sum, TVec output, TVec z, bool first) =>
        TLanes.Store(sum, TLanes.Fma(output, TLanes.Relu(z), first ? TLanes.Broadcast(0f) : TLanes.Load(sum)));
}
