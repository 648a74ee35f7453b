using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>How much of a table of four-term sums (<see cref="EntrySigns"/>) is kept, and how an entry joins a sum.</summary>
internal unsafe interface IEntryTable<TVec>
    where TVec : unmanaged
{
    static abstract int Entries { get; }

    /// <summary>What <see cref="Add"/> needs beside the places, given the places' bit 3 as the sign bit of a word.</summary>
    static abstract TVec Signs(TVec topBits);

    /// <summary><paramref name="sum"/> plus the entry at each lane's place.</summary>
    static abstract TVec Add(TVec sum, float* table, TVec places, TVec signs);
}

/// <summary>All sixteen entries: for any encoding of the inputs.</summary>
internal readonly unsafe struct WholeTable<TVec, TLanes> : IEntryTable<TVec>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    public static int Entries => SignedSums<TVec, TLanes>.Entries;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Signs(TVec topBits) => topBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Add(TVec sum, float* table, TVec places, TVec signs) => TLanes.Add(sum, TLanes.Lookup(table, places));
}

/// <summary>
/// The first eight entries of a table of signed sums; the others are their negatives. Of a sum that is 0 the sign may be wrong, so a z that is 0 may
/// have either sign. Nothing depends on it: a 0 is not positive, and every sum over samples or columns starts from +0.
/// </summary>
internal readonly unsafe struct HalfTable<TVec, TLanes> : IEntryTable<TVec>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    public static int Entries => SignedSums<TVec, TLanes>.Entries / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Signs(TVec topBits) => TLanes.Or(TLanes.And(topBits, TLanes.BroadcastWord(0x80000000u)), TLanes.Broadcast(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Add(TVec sum, float* table, TVec places, TVec signs) => TLanes.Fma(TLanes.LookupEight(table, places), signs, sum);
}
