using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The vector operations of the SIMD body, lanes = neurons. <typeparamref name="TVec"/> is one register; the operation's name says whether it holds
/// floats, 32-bit words or counts. Every implementation gives the same bits per lane.
/// </summary>
internal interface ILanes<TVec> : IArithmetic<TVec>
    where TVec : unmanaged
{
    /// <summary>Lanes of a register: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual unsafe TVec Load(void* address) => *(TVec*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual unsafe void Store(void* address, TVec value) => *(TVec*)address = value;

    /// <summary>z where z &gt; 0, else +0 (NaN too).</summary>
    static abstract TVec Relu(TVec z);

    /// <summary><paramref name="words"/> with <paramref name="bit"/> set where z &gt; 0.</summary>
    static abstract TVec MarkPositive(TVec words, TVec z, uint bit);

    /// <summary>
    /// −2 · (set bits) of words, given the low and the high nibbles of their bytes, as partial counts to be added by
    /// <see cref="AddCounts"/> (at most <see cref="LaneLimits.WordsPerCount"/> of them) and totalled by <see cref="TotalCounts"/>.
    /// </summary>
    static abstract TVec MinusTwiceBits(in CountConstants<TVec> constants, TVec lowNibbles, TVec highNibbles);

    static abstract TVec AddCounts(TVec a, TVec b);

    /// <summary>Sums partial counts to one count per lane, a float.</summary>
    static abstract TVec TotalCounts(in CountConstants<TVec> constants, TVec counts);

    /// <summary>Constants of the counts.</summary>
    static abstract CountConstants<TVec> CreateCountConstants();

    /// <summary>Words shifted right, lane l by l + <paramref name="bits"/> bits, less than 32.</summary>
    static abstract TVec ShiftRightByLane(TVec words, int bits);

    /// <summary>table[low nibble of the word] of every lane; the table has sixteen entries.</summary>
    static abstract unsafe TVec Lookup(float* table, TVec words);

    /// <summary>The table's lane whose number is the word, modulo the number of lanes, in every lane.</summary>
    static abstract TVec Permute(TVec table, TVec words);

    /// <summary>The same for the eight entries of a table that the low three bits select.</summary>
    static abstract unsafe TVec LookupEight(float* table, TVec words);

    /// <summary>As many bytes as there are lanes, each sign-extended to a word.</summary>
    static abstract unsafe TVec LoadBytes(sbyte* bytes);

    /// <summary>Whether any lane is NaN.</summary>
    static abstract bool AnyNaN(TVec a);
}
