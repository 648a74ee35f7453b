namespace ParityGpu.Kernels.Simd;

/// <summary>Constants of <see cref="NarrowNetwork{TVec, TLanes}"/>.</summary>
internal static class NarrowColumns
{
    private const uint Minus = 0x80000000;

    /// <summary>[q][entry]: the sign bit where bit q of the entry's index is set.</summary>
    public static ReadOnlySpan<uint> EntrySigns =>
    [
        0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus,
        0, 0, Minus, Minus, 0, 0, Minus, Minus, 0, 0, Minus, Minus, 0, 0, Minus, Minus,
        0, 0, 0, 0, Minus, Minus, Minus, Minus, 0, 0, 0, 0, Minus, Minus, Minus, Minus,
        0, 0, 0, 0, 0, 0, 0, 0, Minus, Minus, Minus, Minus, Minus, Minus, Minus, Minus,
    ];

    /// <summary>[q][entry]: bit q of the entry's index as a number.</summary>
    public static ReadOnlySpan<float> EntryNumbers =>
    [
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
        0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1,
        0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1,
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
    ];
}
