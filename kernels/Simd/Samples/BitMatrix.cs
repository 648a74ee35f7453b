using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>32 × 32 bits.</summary>
internal static unsafe class BitMatrix
{
    /// <summary>Bit s of destination word i is bit i of source word s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(uint* source, uint* destination)
    {
        if (GroupBytes.IsSupported)
            TransposeEights(source, destination);
        else
            TransposeHalves(source, destination);
    }

    /// <summary>By matrices of 8 × 8 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeEights(uint* source, uint* destination)
    {
        // Byte i of these is byte 0, 1, 2 or 3 of destination word i.
        var byte0 = Bytes(source);
        var byte1 = Bytes(source + 8);
        var byte2 = Bytes(source + 16);
        var byte3 = Bytes(source + 24);

        // Words 0 to 3 and 16 to 19, then 4 to 7 and 20 to 23, and so on.
        var low01 = Avx2.UnpackLow(byte0, byte1).AsUInt16();
        var low23 = Avx2.UnpackLow(byte2, byte3).AsUInt16();
        var high01 = Avx2.UnpackHigh(byte0, byte1).AsUInt16();
        var high23 = Avx2.UnpackHigh(byte2, byte3).AsUInt16();
        var words0 = Avx2.UnpackLow(low01, low23).AsUInt32();
        var words4 = Avx2.UnpackHigh(low01, low23).AsUInt32();
        var words8 = Avx2.UnpackLow(high01, high23).AsUInt32();
        var words12 = Avx2.UnpackHigh(high01, high23).AsUInt32();
        Avx2.Permute2x128(words0, words4, 0x20).Store(destination);
        Avx2.Permute2x128(words8, words12, 0x20).Store(destination + 8);
        Avx2.Permute2x128(words0, words4, 0x31).Store(destination + 16);
        Avx2.Permute2x128(words8, words12, 0x31).Store(destination + 24);
    }

    /// <summary>Byte i, for i = 0 … 31, is bits i of eight words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Bytes(uint* words)
    {
        var ofFour = Vector128.Create(0x0105090D0004080CUL, 0x03070B0F02060A0E).AsByte();
        var fours = Avx2.Shuffle(Vector256.Load(words).AsByte(), Vector256.Create(ofFour, ofFour)).AsUInt32();
        return GroupBytes.Transposed(Avx2.PermuteVar8x32(fours, Vector256.Create(4u, 0, 5, 1, 6, 2, 7, 3)).AsByte());
    }

    /// <summary>By exchanging halves of ever smaller blocks (Warren, Hacker's Delight, section 7-3).</summary>
    private static void TransposeHalves(uint* source, uint* destination)
    {
        for (int i = 0; i < Canon.WordSamples; i++)
            destination[i] = source[i];

        uint mask = 0x0000FFFF;
        for (int distance = 16; distance != 0; distance >>= 1, mask ^= mask << distance)
        {
            for (int i = 0; i < Canon.WordSamples; i = ((i | distance) + 1) & ~distance)
            {
                uint swap = ((destination[i] >> distance) ^ destination[i | distance]) & mask;
                destination[i] ^= swap << distance;
                destination[i | distance] ^= swap;
            }
        }
    }
}
