using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Sums of those of four numbers whose input is 1, for the lanes of a register: what <see cref="SignedSums{TVec,TLanes}"/> is for ±1, for 0 and 1.</summary>
internal static unsafe class SubsetSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>The 16 values of ((w0·b0 + w1·b1) + w2·b2) + w3·b3; b_q is bit q of an entry's index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BuildTable(float* table, TVec w0, TVec w1, TVec w2, TVec w3)
    {
        TVec zero = TLanes.Broadcast(0f);
        TVec both = TLanes.Add(w0, w1);
        Store(table, zero, w0, w1, both, w3);
        Store(table + (4 * Canon.Lanes), w2, TLanes.Add(w0, w2), TLanes.Add(w1, w2), TLanes.Add(both, w2), w3);
    }

    /// <summary>Four entries, and with w3 the four that lie eight further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* table, TVec s0, TVec s1, TVec s2, TVec s3, TVec w3)
    {
        TLanes.Store(table, s0);
        TLanes.Store(table + Canon.Lanes, s1);
        TLanes.Store(table + (2 * Canon.Lanes), s2);
        TLanes.Store(table + (3 * Canon.Lanes), s3);
        table += 8 * Canon.Lanes;
        TLanes.Store(table, TLanes.Add(s0, w3));
        TLanes.Store(table + Canon.Lanes, TLanes.Add(s1, w3));
        TLanes.Store(table + (2 * Canon.Lanes), TLanes.Add(s2, w3));
        TLanes.Store(table + (3 * Canon.Lanes), TLanes.Add(s3, w3));
    }
}
