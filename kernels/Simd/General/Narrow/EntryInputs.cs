using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>The inputs that a register's entries of a table stand for.</summary>
internal readonly unsafe struct EntryInputs<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private readonly TVec x0, x1, x2, x3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EntryInputs(in LaunchShape shape, int entry)
    {
        ref float inputs = ref Unsafe.Add(
            ref MemoryMarshal.GetReference(shape.Encoding == (int)InputEncoding.ZeroOne ? EntrySigns.Numbers : EntrySigns.Signs), entry);
        x0 = At(ref inputs, 0);
        x1 = At(ref inputs, 1);
        x2 = At(ref inputs, 2);
        x3 = At(ref inputs, 3);
    }

    /// <summary>
    /// ((w0·x0 + w1·x1) + w2·x2) + w3·x3, where <paramref name="step"/> floats lie between two numbers w. Products with 0, 1 and −1 are exact,
    /// so fused operations round as separate ones do.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Sum(float* w, int step)
    {
        TVec sum = TLanes.Multiply(TLanes.Broadcast(w[0]), x0);
        sum = TLanes.Fma(TLanes.Broadcast(w[step]), x1, sum);
        sum = TLanes.Fma(TLanes.Broadcast(w[2 * step]), x2, sum);
        return TLanes.Fma(TLanes.Broadcast(w[3 * step]), x3, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec At(ref float inputs, int place) =>
        Unsafe.ReadUnaligned<TVec>(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref inputs, place * SignedSums<TVec, TLanes>.Entries)));
}
