namespace ParityGpu.Kernels.Simd;

/// <summary>Constants of <see cref="NarrowNetwork{TVec, TLanes}"/>.</summary>
internal static class NarrowColumns
{
    private const uint Minus = 0x80000000;
    private const uint All = 0xFFFFFFFF;

    /// <summary>[q][entry]: the sign bit where bit q of the entry's index is set.</summary>
    public static ReadOnlySpan<uint> EntrySigns =>
    [
        0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus, 0, Minus,
        0, 0, Minus, Minus, 0, 0, Minus, Minus, 0, 0, Minus, Minus, 0, 0, Minus, Minus,
        0, 0, 0, 0, Minus, Minus, Minus, Minus, 0, 0, 0, 0, Minus, Minus, Minus, Minus,
        0, 0, 0, 0, 0, 0, 0, 0, Minus, Minus, Minus, Minus, Minus, Minus, Minus, Minus,
    ];

    /// <summary>[q][entry]: all bits where bit q of the entry's index is set.</summary>
    public static ReadOnlySpan<uint> EntryMasks =>
    [
        0, All, 0, All, 0, All, 0, All, 0, All, 0, All, 0, All, 0, All,
        0, 0, All, All, 0, 0, All, All, 0, 0, All, All, 0, 0, All, All,
        0, 0, 0, 0, All, All, All, All, 0, 0, 0, 0, All, All, All, All,
        0, 0, 0, 0, 0, 0, 0, 0, All, All, All, All, All, All, All, All,
    ];
}
