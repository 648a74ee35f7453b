using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Sums of entries of sixteen-entry tables (<see cref="SignedSums{TVec,TLanes}"/>), one entry per four inputs or four samples.</summary>
internal static unsafe class TableSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Floats of a table, [entry][lane].</summary>
    public const int TableFloats = SignedSums<TVec, TLanes>.Entries * Canon.Lanes;

    private const int TableBytes = TableFloats * sizeof(float);
    private const uint Place = 15 << 6;

    /// <summary>
    /// z of samples, tile by tile: the entries that their inputs select, added to the bias.
    /// </summary>
    /// <param name="bias">What the sums start from.</param>
    /// <param name="tables">[group of inputs][entry][lane].</param>
    /// <param name="offsets">[tile][group]: places of the entries (<see cref="TableOffsets"/>).</param>
    /// <param name="groups">Groups of four inputs.</param>
    /// <param name="tiles">Tiles of eight samples.</param>
    /// <param name="end">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfSamples<TEnd>(TVec bias, float* tables, ulong* offsets, int groups, int tiles, TEnd end)
        where TEnd : struct, ITileEnd<TVec>
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            TVec z0 = bias, z1 = bias, z2 = bias, z3 = bias, z4 = bias, z5 = bias, z6 = bias, z7 = bias;
            ulong* table = (ulong*)tables;
            for (int group = 0; group < groups; group++)
            {
                ulong places = *offsets;
                z0 = TLanes.Add(z0, *(TVec*)(table + (byte)places));
                z1 = TLanes.Add(z1, *(TVec*)(table + (byte)(places >> 8)));
                z2 = TLanes.Add(z2, *(TVec*)(table + (byte)(places >> 16)));
                z3 = TLanes.Add(z3, *(TVec*)(table + (byte)(places >> 24)));
                z4 = TLanes.Add(z4, *(TVec*)(table + (byte)(places >> 32)));
                z5 = TLanes.Add(z5, *(TVec*)(table + (byte)(places >> 40)));
                z6 = TLanes.Add(z6, *(TVec*)(table + (byte)(places >> 48)));
                z7 = TLanes.Add(z7, *(TVec*)(table + (places >> 56)));
                offsets++;
                table += SignedSums<TVec, TLanes>.Entries * TableOffsets.EntryUnits;
            }

            end.Take(tile, z0, z1, z2, z3, z4, z5, z6, z7);
        }
    }

    /// <summary>Adds to a row of sums one entry of each of eight tables, for four samples each, selected by a word of 32 samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWord(float* row, float* tables, uint word)
    {
        // A nibble times the 64 bytes of an entry is the entry's place in the group's table.
        byte* t = (byte*)tables;
        TVec sum = TLanes.Add(TLanes.Load(row), *(TVec*)(t + ((word << 6) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + TableBytes + ((word << 2) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (2 * TableBytes) + ((word >> 2) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (3 * TableBytes) + ((word >> 6) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (4 * TableBytes) + ((word >> 10) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (5 * TableBytes) + ((word >> 14) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (6 * TableBytes) + ((word >> 18) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (7 * TableBytes) + ((word >> 22) & Place)));
        TLanes.Store(row, sum);
    }

    /// <summary>The same for the first groups of four samples only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddGroups(float* row, float* tables, uint word, int groups)
    {
        TVec sum = TLanes.Load(row);
        byte* table = (byte*)tables;
        for (int group = 0; group < groups; group++, word >>= Canon.Group, table += TableBytes)
            sum = TLanes.Add(sum, *(TVec*)(table + ((word << 6) & Place)));

        TLanes.Store(row, sum);
    }
}
