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

    /// <summary>
    /// The same for two registers of columns, of which the second lies behind the first in the tables: each place is read once for both.
    /// </summary>
    /// <inheritdoc cref="OfSamples"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfPairs<TEnd>(TVec bias, TVec secondBias, float* tables, ulong* offsets, int groups, int tiles, TEnd end, TEnd second)
        where TEnd : struct, ITileEnd<TVec>
    {
        byte* places = (byte*)offsets;
        for (int tile = 0; tile < tiles; tile++)
        {
            TVec y0 = bias, y1 = bias, y2 = bias, y3 = bias, y4 = bias, y5 = bias, y6 = bias, y7 = bias;
            TVec z0 = secondBias, z1 = secondBias, z2 = secondBias, z3 = secondBias;
            TVec z4 = secondBias, z5 = secondBias, z6 = secondBias, z7 = secondBias;
            float* table = tables;
            for (int group = 0; group < groups; group++)
            {
                AddEntry(ref y0, ref z0, table, places[0]);
                AddEntry(ref y1, ref z1, table, places[1]);
                AddEntry(ref y2, ref z2, table, places[2]);
                AddEntry(ref y3, ref z3, table, places[3]);
                AddEntry(ref y4, ref z4, table, places[4]);
                AddEntry(ref y5, ref z5, table, places[5]);
                AddEntry(ref y6, ref z6, table, places[6]);
                AddEntry(ref y7, ref z7, table, places[7]);
                places += TableOffsets.TileSamples;
                table += TableFloats;
            }

            end.Take(tile, y0, y1, y2, y3, y4, y5, y6, y7);
            second.Take(tile, z0, z1, z2, z3, z4, z5, z6, z7);
        }
    }

    /// <summary>Adds the entry at a place of a table to the sums of both registers' columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddEntry(ref TVec sum, ref TVec second, float* table, nuint place)
    {
        TVec* entry = (TVec*)((ulong*)table + place);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
    }

    /// <summary>A sum and one entry of each of eight tables, for four samples each, selected by a word of 32 samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec AddWord(TVec sum, float* tables, uint word)
    {
        // A nibble times the 64 bytes of an entry is the entry's place in the group's table.
        byte* t = (byte*)tables;
        sum = TLanes.Add(sum, *(TVec*)(t + ((word << 6) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + TableBytes + ((word << 2) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (2 * TableBytes) + ((word >> 2) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (3 * TableBytes) + ((word >> 6) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (4 * TableBytes) + ((word >> 10) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (5 * TableBytes) + ((word >> 14) & Place)));
        sum = TLanes.Add(sum, *(TVec*)(t + (6 * TableBytes) + ((word >> 18) & Place)));
        return TLanes.Add(sum, *(TVec*)(t + (7 * TableBytes) + ((word >> 22) & Place)));
    }

    /// <summary>The same for two registers of columns, the second of which lies behind the first in the tables.</summary>
    /// <param name="sum">The first register's sum.</param>
    /// <param name="second">The second register's sum.</param>
    /// <param name="tables">[group of samples][entry][lane].</param>
    /// <param name="places">Places of the entries, a byte per table (<see cref="TableOffsets.OfRow"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddPair(ref TVec sum, ref TVec second, float* tables, byte* places)
    {
        AddEntry(ref sum, ref second, tables, places[0]);
        AddEntry(ref sum, ref second, tables + TableFloats, places[1]);
        AddEntry(ref sum, ref second, tables + (2 * TableFloats), places[2]);
        AddEntry(ref sum, ref second, tables + (3 * TableFloats), places[3]);
        AddEntry(ref sum, ref second, tables + (4 * TableFloats), places[4]);
        AddEntry(ref sum, ref second, tables + (5 * TableFloats), places[5]);
        AddEntry(ref sum, ref second, tables + (6 * TableFloats), places[6]);
        AddEntry(ref sum, ref second, tables + (7 * TableFloats), places[7]);
    }

    /// <summary>A sum and one entry of each of the first tables only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec AddGroups(TVec sum, float* tables, uint word, int groups)
    {
        byte* table = (byte*)tables;
        for (int group = 0; group < groups; group++, word >>= Canon.Group, table += TableBytes)
            sum = TLanes.Add(sum, *(TVec*)(table + ((word << 6) & Place)));

        return sum;
    }
}
