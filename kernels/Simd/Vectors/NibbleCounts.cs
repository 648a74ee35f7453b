using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>The lookup table behind byte-shuffle population counts.</summary>
internal static class NibbleCounts
{
    public static Vector128<sbyte> MinusTwice =>
        Vector128.Create((sbyte)0, -2, -2, -4, -2, -4, -4, -6, -2, -4, -4, -6, -4, -6, -6, -8);
}
