using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>Four inputs of 32 samples, a word each, as a byte per sample: a transposed matrix of bits, by processors that multiply such matrices.</summary>
internal static unsafe class GroupBytes
{
    /// <summary>The eight rows of the unit matrix.</summary>
    private const ulong Unit = 0x8040201008040201;

    /// <summary>Whether the processor does.</summary>
    public static bool IsSupported => Gfni.V256.IsSupported && Avx2.IsSupported;

    /// <summary>
    /// Says which bits of a byte are the inputs: bit <paramref name="firstBit"/> and the three above it. The others are 0.
    /// </summary>
    /// <param name="firstBit">0 to 4.</param>
    /// <returns>For <see cref="Of"/>.</returns>
    public static Vector256<byte> Rows(int firstBit)
    {
        // Row 7 − i of eight samples' matrix becomes bit i of their bytes. A row is a byte of an input's word; 0x80 stands for zeros.
        ulong rows = BitOperations.RotateRight(0x0004080C80808080, 8 * firstBit);
        ulong next = BitOperations.RotateRight(0x0101010100000000, 8 * firstBit);
        return Vector256.Create(rows, rows + next, rows + (2 * next), rows + (3 * next)).AsByte();
    }

    /// <summary>The bytes of 32 samples.</summary>
    /// <param name="inputs">Four words.</param>
    /// <param name="rows">From <see cref="Rows"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(uint* inputs, Vector256<byte> rows) =>
        Transposed(Avx2.Shuffle(Avx2.BroadcastVector128ToVector256((byte*)inputs), rows));

    /// <summary>Four matrices of 8 × 8 bits: bit i of a matrix's byte j is bit j of the byte 7 − i given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Transposed(Vector256<byte> matrices) =>
        Gfni.V256.GaloisFieldAffineTransform(Vector256.Create(Unit).AsByte(), matrices, 0);

    /// <summary>
    /// Of bytes whose bits 0 to 3 are the inputs: bits 0 to 2 say which of the first three differ from the last, bits 3 and 7 are the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> FirstAgainstLast(Vector256<byte> bytes) =>
        Gfni.V256.GaloisFieldAffineTransform(bytes, Vector256.Create(0x090A0C0800000008).AsByte(), 0);
}
