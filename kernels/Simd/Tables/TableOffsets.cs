using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>Which entry of which table each sample needs.</summary>
internal static unsafe class TableOffsets
{
    /// <summary>
    /// Distance from one entry to the next, in units of eight bytes; the same for all lane
    /// counts, so that one set of offsets serves a pass that mixes them.
    /// </summary>
    public const int EntryUnits = Canon.Lanes * sizeof(float) / sizeof(ulong);

    /// <summary>Samples that share a pass over the tables.</summary>
    public const int TileSamples = 8;

    private const int WordTiles = Canon.WordSamples / TileSamples;

    /// <summary>Tiles that hold so many samples.</summary>
    public static int Tiles(int samples) => (samples + TileSamples - 1) / TileSamples;

    /// <summary>Fills [tiles][groups], with room for whole words of samples, from bit-sliced inputs (<see cref="CountingWorkspace.Offsets"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        if (Lanes512.IsSupported)
            ComputeWords(offsets, inputs, inputStride, tiles, groups);
        else
            ComputeTiles(offsets, inputs, inputStride, tiles, groups);
    }

    /// <summary>
    /// The places of a word of samples in the tables of eight groups of four samples, a byte each.
    /// </summary>
    public static ulong OfRow(uint word)
    {
        // Nibbles are spread to bytes; a nibble times the units of an entry is the entry's place.
        ulong spread = (word | ((ulong)word << 16)) & 0x0000FFFF0000FFFF;
        spread = (spread | (spread << 8)) & 0x00FF00FF00FF00FF;
        spread = (spread | (spread << 4)) & 0x0F0F0F0F0F0F0F0F;
        return spread * EntryUnits;
    }

    // Each word is rotated so that sample s's bit lands on its place in the offset of lane s, then merged under a mask.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeWords(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        var lanes = Vector512.Create(0u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        var turn0 = Vector512.Create((uint)BitOperations.Log2(EntryUnits)) - lanes;
        var turn1 = turn0 + Vector512<uint>.One;
        var turn2 = turn1 + Vector512<uint>.One;
        var turn3 = turn2 + Vector512<uint>.One;
        var half = Vector512.Create(16u);
        var mask0 = Vector512.Create((uint)EntryUnits);
        var mask1 = Vector512.Create(2u * EntryUnits);
        var mask2 = Vector512.Create(4u * EntryUnits);
        var mask3 = Vector512.Create(8u * EntryUnits);
        for (int tile = 0; tile < tiles; tile += WordTiles)
        {
            uint* group = inputs + ((long)(tile / WordTiles) * inputStride);
            ulong* first = offsets + ((long)tile * groups);
            for (int g = 0; g < groups; g++, group += Canon.Group, first++)
            {
                var x0 = Vector512.Create(group[0]);
                var x1 = Vector512.Create(group[1]);
                var x2 = Vector512.Create(group[2]);
                var x3 = Vector512.Create(group[3]);
                var low = (Avx512F.RotateLeftVariable(x0, turn0) & mask0)
                    | (Avx512F.RotateLeftVariable(x1, turn1) & mask1)
                    | (Avx512F.RotateLeftVariable(x2, turn2) & mask2)
                    | (Avx512F.RotateLeftVariable(x3, turn3) & mask3);
                var places = Avx512F.ConvertToVector128Byte(low).AsUInt64();
                first[0] = places[0];
                if (tile + 1 < tiles)
                    first[groups] = places[1];

                if (tile + 2 >= tiles)
                    continue;

                var high = (Avx512F.RotateLeftVariable(x0, turn0 - half) & mask0)
                    | (Avx512F.RotateLeftVariable(x1, turn1 - half) & mask1)
                    | (Avx512F.RotateLeftVariable(x2, turn2 - half) & mask2)
                    | (Avx512F.RotateLeftVariable(x3, turn3 - half) & mask3);
                places = Avx512F.ConvertToVector128Byte(high).AsUInt64();
                first[2L * groups] = places[0];
                if (tile + 3 < tiles)
                    first[3L * groups] = places[1];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeTiles(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        for (int tile = 0; tile < tiles; tile += WordTiles, inputs += inputStride, offsets += (long)WordTiles * groups)
        {
            uint* group = inputs;
            for (int g = 0; g < groups; g++, group += Canon.Group)
                SamplePlaces.Merge(offsets + g, groups, group[0], group[1], group[2], group[3], EntryUnits, 8 * EntryUnits);
        }
    }
}
