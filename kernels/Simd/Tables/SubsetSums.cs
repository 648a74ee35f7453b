using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Sums of four numbers times inputs 0 and 1, for the lanes of a register: the counterpart of <see cref="SignedSums{TVec,TLanes}"/>, which is for ±1.
/// </summary>
internal static unsafe class SubsetSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>
    /// The 16 values of ((w0·b0 + w1·b1) + w2·b2) + w3·b3; b_q is bit q of an entry's index. Products with b_q = 0 are not skipped: for a weight that
    /// has overflowed the product is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BuildTable(float* table, TVec w0, TVec w1, TVec w2, TVec w3)
    {
        TVec zero = TLanes.Broadcast(0f);
        TVec n0 = TLanes.Multiply(w0, zero), n1 = TLanes.Multiply(w1, zero), n2 = TLanes.Multiply(w2, zero), n3 = TLanes.Multiply(w3, zero);
        TVec s0 = TLanes.Add(n0, n1), s1 = TLanes.Add(w0, n1), s2 = TLanes.Add(n0, w1), s3 = TLanes.Add(w0, w1);
        StoreHalf(table, s0, s1, s2, s3, n2, n3, w3);
        StoreHalf(table + (4 * Canon.Lanes), s0, s1, s2, s3, w2, n3, w3);
    }

    /// <summary>
    /// Stores the entries for one value of the third term and both values of the fourth;
    /// those for the fourth's second value lie eight entries further on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalf(float* table, TVec s0, TVec s1, TVec s2, TVec s3, TVec third, TVec none, TVec fourth)
    {
        s0 = TLanes.Add(s0, third);
        s1 = TLanes.Add(s1, third);
        s2 = TLanes.Add(s2, third);
        s3 = TLanes.Add(s3, third);
        StoreFour(table, s0, s1, s2, s3, none);
        StoreFour(table + (8 * Canon.Lanes), s0, s1, s2, s3, fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(float* table, TVec s0, TVec s1, TVec s2, TVec s3, TVec fourth)
    {
        TLanes.Store(table, TLanes.Add(s0, fourth));
        TLanes.Store(table + Canon.Lanes, TLanes.Add(s1, fourth));
        TLanes.Store(table + (2 * Canon.Lanes), TLanes.Add(s2, fourth));
        TLanes.Store(table + (3 * Canon.Lanes), TLanes.Add(s3, fourth));
    }
}
