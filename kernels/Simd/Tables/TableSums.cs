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
            TVec* table = (TVec*)tables;
            for (int group = 0; group < groups; group++)
            {
                TVec* entry = At(table, places[0]);
                y0 = TLanes.Add(y0, entry[0]);
                z0 = TLanes.Add(z0, entry[1]);
                entry = At(table, places[1]);
                y1 = TLanes.Add(y1, entry[0]);
                z1 = TLanes.Add(z1, entry[1]);
                entry = At(table, places[2]);
                y2 = TLanes.Add(y2, entry[0]);
                z2 = TLanes.Add(z2, entry[1]);
                entry = At(table, places[3]);
                y3 = TLanes.Add(y3, entry[0]);
                z3 = TLanes.Add(z3, entry[1]);
                entry = At(table, places[4]);
                y4 = TLanes.Add(y4, entry[0]);
                z4 = TLanes.Add(z4, entry[1]);
                entry = At(table, places[5]);
                y5 = TLanes.Add(y5, entry[0]);
                z5 = TLanes.Add(z5, entry[1]);
                entry = At(table, places[6]);
                y6 = TLanes.Add(y6, entry[0]);
                z6 = TLanes.Add(z6, entry[1]);
                entry = At(table, places[7]);
                y7 = TLanes.Add(y7, entry[0]);
                z7 = TLanes.Add(z7, entry[1]);
                places += TableOffsets.TileSamples;
                table = (TVec*)((float*)table + TableFloats);
            }

            end.Take(tile, y0, y1, y2, y3, y4, y5, y6, y7);
            second.Take(tile, z0, z1, z2, z3, z4, z5, z6, z7);
        }
    }

    /// <summary>The entry at a place of a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec* At(TVec* table, nuint place) => (TVec*)((ulong*)table + place);

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

    /// <summary>The same for two registers of columns, the second of which lies behind the first in rows and tables.</summary>
    /// <param name="row">The sums.</param>
    /// <param name="tables">[group of samples][entry][lane].</param>
    /// <param name="places">Places of the row's entries, a byte per table (<see cref="TableOffsets.OfRow"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddPair(float* row, float* tables, byte* places)
    {
        TVec* entry = At((TVec*)tables, places[0]);
        TVec sum = TLanes.Add(TLanes.Load(row), entry[0]);
        TVec second = TLanes.Add(TLanes.Load(row + TLanes.Count), entry[1]);
        entry = At((TVec*)(tables + TableFloats), places[1]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (2 * TableFloats)), places[2]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (3 * TableFloats)), places[3]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (4 * TableFloats)), places[4]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (5 * TableFloats)), places[5]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (6 * TableFloats)), places[6]);
        sum = TLanes.Add(sum, entry[0]);
        second = TLanes.Add(second, entry[1]);
        entry = At((TVec*)(tables + (7 * TableFloats)), places[7]);
        TLanes.Store(row, TLanes.Add(sum, entry[0]));
        TLanes.Store(row + TLanes.Count, TLanes.Add(second, entry[1]));
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
