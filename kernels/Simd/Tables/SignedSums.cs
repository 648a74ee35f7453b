using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Signed sums for the lanes of a register: from tables of all sixteen sums of four
/// numbers (the reason for the canon's groups of four), or term by term.
/// </summary>
internal static unsafe class SignedSums<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>Entries of a table.</summary>
    public const int Entries = 16;

    /// <summary>The tables of a block's weights, one per group of four inputs, [group][entry][lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BuildTables(float* block, float* table, int inputs, InputEncoding encoding = InputEncoding.Pm1)
    {
        TVec zero = TLanes.Broadcast(0f);
        for (int input = 0; input < inputs; input += Canon.Group)
        {
            float* row = block + ((long)input * Canon.Lanes);
            int left = inputs - input;
            BuildTable(
                encoding,
                table,
                TLanes.Load(row),
                left > 1 ? TLanes.Load(row + Canon.Lanes) : zero,
                left > 2 ? TLanes.Load(row + (2 * Canon.Lanes)) : zero,
                left > 3 ? TLanes.Load(row + (3 * Canon.Lanes)) : zero);
            table += Entries * Canon.Lanes;
        }
    }

    /// <summary>
    /// z of one sample without tables, given its inputs as ±1. Their products with weights are exact, so a multiply-add gives the bits of an addition.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Direct(TVec bias, float* weights, float* signs, int inputs)
    {
        TVec z = bias;
        int whole = inputs - (inputs % Canon.Group);
        for (int input = 0; input < whole; input += Canon.Group)
        {
            TVec sum = TLanes.Multiply(TLanes.Load(weights), TLanes.Broadcast(signs[0]));
            sum = TLanes.Fma(TLanes.Load(weights + Canon.Lanes), TLanes.Broadcast(signs[1]), sum);
            sum = TLanes.Fma(TLanes.Load(weights + (2 * Canon.Lanes)), TLanes.Broadcast(signs[2]), sum);
            sum = TLanes.Fma(TLanes.Load(weights + (3 * Canon.Lanes)), TLanes.Broadcast(signs[3]), sum);
            z = TLanes.Add(z, sum);
            weights += Canon.Group * Canon.Lanes;
            signs += Canon.Group;
        }

        if (whole == inputs)
            return z;

        TVec rest = TLanes.Multiply(TLanes.Load(weights), TLanes.Broadcast(signs[0]));
        for (int i = 1; i < inputs - whole; i++)
            rest = TLanes.Fma(TLanes.Load(weights + (i * Canon.Lanes)), TLanes.Broadcast(signs[i]), rest);

        return TLanes.Add(z, rest);
    }

    /// <summary>The table of four numbers for either encoding of the inputs that select its entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BuildTable(InputEncoding encoding, float* table, TVec w0, TVec w1, TVec w2, TVec w3)
    {
        if (encoding == InputEncoding.ZeroOne)
            SubsetSums<TVec, TLanes>.BuildTable(table, w0, w1, w2, w3);
        else
            BuildTable(table, w0, w1, w2, w3);
    }

    /// <summary>
    /// The 16 values of ((±w0 ± w1) ± w2) ± w3; bit q of an entry's index makes w_q negative. Rounding is symmetric, so an
    /// entry's complement is its negative.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BuildTable(float* table, TVec w0, TVec w1, TVec w2, TVec w3)
    {
        TVec sum = TLanes.Add(w0, w1);
        TVec difference = TLanes.Subtract(w0, w1);
        TVec p0 = TLanes.Add(sum, w2);
        TVec p1 = TLanes.Subtract(w2, difference);
        TVec p2 = TLanes.Add(difference, w2);
        TVec p3 = TLanes.Subtract(w2, sum);
        TVec t0 = TLanes.Add(p0, w3);
        TVec t1 = TLanes.Add(p1, w3);
        TVec t2 = TLanes.Add(p2, w3);
        TVec t3 = TLanes.Add(p3, w3);
        TLanes.Store(table, t0);
        TLanes.Store(table + (1 * Canon.Lanes), t1);
        TLanes.Store(table + (2 * Canon.Lanes), t2);
        TLanes.Store(table + (3 * Canon.Lanes), t3);
        TLanes.Store(table + (4 * Canon.Lanes), TLanes.Subtract(w3, p3));
        TLanes.Store(table + (5 * Canon.Lanes), TLanes.Subtract(w3, p2));
        TLanes.Store(table + (6 * Canon.Lanes), TLanes.Subtract(w3, p1));
        TLanes.Store(table + (7 * Canon.Lanes), TLanes.Subtract(w3, p0));
        TLanes.Store(table + (8 * Canon.Lanes), TLanes.Subtract(p0, w3));
        TLanes.Store(table + (9 * Canon.Lanes), TLanes.Subtract(p1, w3));
        TLanes.Store(table + (10 * Canon.Lanes), TLanes.Subtract(p2, w3));
        TLanes.Store(table + (11 * Canon.Lanes), TLanes.Subtract(p3, w3));
        TVec minus = TLanes.BroadcastWord(0x80000000u);
        TLanes.Store(table + (12 * Canon.Lanes), TLanes.Xor(t3, minus));
        TLanes.Store(table + (13 * Canon.Lanes), TLanes.Xor(t2, minus));
        TLanes.Store(table + (14 * Canon.Lanes), TLanes.Xor(t1, minus));
        TLanes.Store(table + (15 * Canon.Lanes), TLanes.Xor(t0, minus));
    }
}
