using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Halving trees over the sixteen lanes of several registers at a time: every operation adds lanes of two or four of them, in the order of
/// <see cref="Head{TVec,TLanes}.TreeSum"/>.
/// </summary>
internal static class LaneTrees
{
    /// <summary>The first two levels: four partial sums, l + 4·(0, …, 3) for l = 0, …, 3, of register q in quarter q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Quarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var first = Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
        var second = Avx512F.Shuffle4x128(c, d, 0b01_00_01_00) + Avx512F.Shuffle4x128(c, d, 0b11_10_11_10);
        return Avx512F.Shuffle4x128(first, second, 0b10_00_10_00) + Avx512F.Shuffle4x128(first, second, 0b11_01_11_01);
    }

    /// <summary>The last two levels: in each quarter, the sums of the four partial sums that a, b, c and d have there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfQuarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var first = Avx512F.Shuffle(a, b, 0b01_00_01_00) + Avx512F.Shuffle(a, b, 0b11_10_11_10);
        var second = Avx512F.Shuffle(c, d, 0b01_00_01_00) + Avx512F.Shuffle(c, d, 0b11_10_11_10);
        return Avx512F.Shuffle(first, second, 0b10_00_10_00) + Avx512F.Shuffle(first, second, 0b11_01_11_01);
    }
}
