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
            int block = 0;
            for (; block + 4 < blocks; block += 8)
                EightByFours(words + (4 * block), (uint)block, c0, c1, c3, key);

            if (block < blocks)
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
        var key0 = Vector512.Create(key);
        var key1 = Vector512.Create(key >> 32);
        var weyl0 = Vector512.Create((ulong)Philox.Weyl0);
        var weyl1 = Vector512.Create((ulong)Philox.Weyl1);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx512F.Multiply(x0.AsUInt32(), m0);
            var product1 = Avx512F.Multiply(x2.AsUInt32(), m1);
            x0 = (product1 >>> 32) ^ x1 ^ key0;
            x1 = product1;
            x2 = (product0 >>> 32) ^ x3 ^ key1;
            x3 = product0;
            key0 += weyl0;
            key1 += weyl1;
        }

        var low = Vector512.Create((ulong)uint.MaxValue);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx512F.UnpackLow(first, second).Store((ulong*)words);
        Avx512F.UnpackHigh(first, second).Store((ulong*)words + 8);
    }

    // Two registers at a time: a register's rounds depend on each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByFours(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var x0 = Vector256.Create((ulong)c0);
        var x1 = Vector256.Create((ulong)c1);
        var x2 = Vector256.Create((ulong)block) + Vector256.Create(0UL, 2, 1, 3);
        var x3 = Vector256.Create((ulong)c3);
        var y0 = x0;
        var y1 = x1;
        var y2 = x2 + Vector256.Create(4UL);
        var y3 = x3;
        var key0 = Vector256.Create(key);
        var key1 = Vector256.Create(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            Round(ref x0, ref x1, ref x2, ref x3, key0, key1);
            Round(ref y0, ref y1, ref y2, ref y3, key0, key1);
            key0 += Vector256.Create((ulong)Philox.Weyl0);
            key1 += Vector256.Create((ulong)Philox.Weyl1);
        }

        StoreFour(words, x0, x1, x2, x3);
        StoreFour(words + 16, y0, y1, y2, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var x0 = Vector256.Create((ulong)c0);
        var x1 = Vector256.Create((ulong)c1);
        var x2 = Vector256.Create((ulong)block) + Vector256.Create(0UL, 2, 1, 3);
        var x3 = Vector256.Create((ulong)c3);
        var key0 = Vector256.Create(key);
        var key1 = Vector256.Create(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            Round(ref x0, ref x1, ref x2, ref x3, key0, key1);
            key0 += Vector256.Create((ulong)Philox.Weyl0);
            key1 += Vector256.Create((ulong)Philox.Weyl1);
        }

        StoreFour(words, x0, x1, x2, x3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector256<ulong> x0,
        ref Vector256<ulong> x1,
        ref Vector256<ulong> x2,
        ref Vector256<ulong> x3,
        Vector256<ulong> key0,
        Vector256<ulong> key1)
    {
        var product0 = Avx2.Multiply(x0.AsUInt32(), Vector256.Create(Philox.Multiplier0));
        var product1 = Avx2.Multiply(x2.AsUInt32(), Vector256.Create(Philox.Multiplier1));
        x0 = (product1 >>> 32) ^ x1 ^ key0;
        x1 = product1;
        x2 = (product0 >>> 32) ^ x3 ^ key1;
        x3 = product0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(uint* words, Vector256<ulong> x0, Vector256<ulong> x1, Vector256<ulong> x2, Vector256<ulong> x3)
    {
        var low = Vector256.Create((ulong)uint.MaxValue);
        var first = (x0 & low) | (x1 << 32);
        var second = (x2 & low) | (x3 << 32);
        Avx2.UnpackLow(first, second).Store((ulong*)words);
        Avx2.UnpackHigh(first, second).Store((ulong*)words + 4);
    }
}
