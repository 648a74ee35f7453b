using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>Philox4x32-10 for consecutive values of the third counter word, eight or four calls at a time.</summary>
internal static unsafe class PhiloxVectors
{
    /// <summary>
    /// Writes the outputs of blocks 0 … <paramref name="blocks"/>−1, four words each, to <paramref name="words"/>, which
    /// must have room for a multiple of eight blocks.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(uint* words, int blocks, uint c0, uint c1, uint c3, ulong key)
    {
        if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
        {
            for (int block = 0; block < blocks; block += 8)
                Eight(words + (4 * block), (uint)block, c0, c1, c3, key);
        }
        else if (Avx2.IsSupported)
        {
            for (int block = 0; block < blocks; block += 4)
                Four(words + (4 * block), (uint)block, c0, c1, c3, key);
        }
        else
        {
            for (int block = 0; block < blocks; block++)
                ((WordQuad*)words)[block] = Philox.Generate(c0, c1, (uint)block, c3, (uint)key, (uint)(key >> 32));
        }
    }

    // 32-bit words live in 64-bit lanes: the multiplier reads only the low half, so the high half may hold anything until
    // the end. Lanes are ordered so that interleaving the halves of two registers gives consecutive blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var x0 = Vector512.Create((ulong)c0);
        var x1 = Vector512.Create((ulong)c1);
        var x2 = Vector512.Create((ulong)block) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        var x3 = Vector512.Create((ulong)c3);
        var m0 = Vector512.Create(Philox.Multiplier0);
        var m1 = Vector512.Create(Philox.Multiplier1);
        uint key0 = (uint)key;
        uint key1 = (uint)(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx512F.Multiply(x0.AsUInt32(), m0);
            var product1 = Avx512F.Multiply(x2.AsUInt32(), m1);
            x0 = (product1 >>> 32) ^ x1 ^ Vector512.Create((ulong)key0);
            x1 = product1;
            x2 = (product0 >>> 32) ^ x3 ^ Vector512.Create((ulong)key1);
            x3 = product0;
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        var low = Vector512.Create((ulong)uint.MaxValue);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx512F.UnpackLow(first, second).Store((ulong*)words);
        Avx512F.UnpackHigh(first, second).Store((ulong*)words + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var x0 = Vector256.Create((ulong)c0);
        var x1 = Vector256.Create((ulong)c1);
        var x2 = Vector256.Create((ulong)block) + Vector256.Create(0UL, 2, 1, 3);
        var x3 = Vector256.Create((ulong)c3);
        var m0 = Vector256.Create(Philox.Multiplier0);
        var m1 = Vector256.Create(Philox.Multiplier1);
        uint key0 = (uint)key;
        uint key1 = (uint)(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx2.Multiply(x0.AsUInt32(), m0);
            var product1 = Avx2.Multiply(x2.AsUInt32(), m1);
            x0 = (product1 >>> 32) ^ x1 ^ Vector256.Create((ulong)key0);
            x1 = product1;
            x2 = (product0 >>> 32) ^ x3 ^ Vector256.Create((ulong)key1);
            x3 = product0;
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        var low = Vector256.Create((ulong)uint.MaxValue);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx2.UnpackLow(first, second).Store((ulong*)words);
        Avx2.UnpackHigh(first, second).Store((ulong*)words + 4);
    }
}
