using System.Numerics;
using System.Runtime.CompilerServices;

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
        var rows = GroupBytes.IsSupported ? GroupBytes.Rows(BitOperations.Log2(EntryUnits)) : default;
        for (int tile = 0; tile < tiles; tile += WordTiles, inputs += inputStride, offsets += (long)WordTiles * groups)
        {
            uint* group = inputs;
            for (int g = 0; g < groups; g++, group += Canon.Group)
            {
                if (GroupBytes.IsSupported)
                    SamplePlaces.Store(offsets + g, groups, GroupBytes.Of(group, rows));
                else
                    SamplePlaces.Merge(offsets + g, groups, group[0], group[1], group[2], group[3], EntryUnits, 8 * EntryUnits);
            }
        }
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
}
