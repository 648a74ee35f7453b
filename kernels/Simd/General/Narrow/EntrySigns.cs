using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The inputs that the entries of a table of four-term sums stand for. Bit 3 of an entry's number is the last input; bits 0 to 2 say which of the
/// others differ from it. So the second half of a table of signed sums is the first with its signs changed.
/// </summary>
internal static class EntrySigns
{
    /// <summary>[q][entry]: inputs of −1 where the bit is set.</summary>
    public static ReadOnlySpan<float> Signs =>
    [
        1, -1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1, -1, 1, -1, 1,
        1, 1, -1, -1, 1, 1, -1, -1, -1, -1, 1, 1, -1, -1, 1, 1,
        1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1,
    ];

    /// <summary>[q][entry]: inputs 0 and 1.</summary>
    public static ReadOnlySpan<float> Numbers =>
    [
        0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0,
        0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0,
        0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
    ];

    /// <summary>The entry of four inputs that are all the number 1.</summary>
    public static int OfOnes(InputEncoding encoding) => encoding == InputEncoding.ZeroOne ? 8 : 0;

    /// <summary>A register of words of inputs, whose groups of four samples become entries' numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe TVec Places<TVec, TLanes>(uint* inputs)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        TVec words = TLanes.Load(inputs);
        TVec last = TLanes.And(TLanes.ShiftRight(words, 3), TLanes.BroadcastWord(0x11111111u));
        return TLanes.Xor(words, TLanes.SubtractWords(TLanes.ShiftLeft(last, 3), last));
    }
}
