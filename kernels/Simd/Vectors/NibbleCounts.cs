using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>The lookup table behind byte-shuffle population counts.</summary>
internal static class NibbleCounts
{
    public static Vector128<sbyte> MinusTwice =>
        Vector128.Create((sbyte)0, -2, -2, -4, -2, -4, -4, -6, -2, -4, -4, -6, -4, -6, -6, -8);
}
