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

            // Twelve at a time where that takes less than eight at a time.
            for (; blocks - block is > 16 or (> 8 and <= 12); block += 12)
                TwelveByFours(words + (4 * block), (uint)block, c0, c1, c3, key);

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

    // Several registers at a time: a register's rounds depend on each other, and two leave cycles idle.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwelveByFours(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var first = new FourCalls(block, c0, c1, c3);
        var second = new FourCalls(block + 4, c0, c1, c3);
        var third = new FourCalls(block + 8, c0, c1, c3);
        var keys = new RoundKeys(key);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            first.Round(keys);
            second.Round(keys);
            third.Round(keys);
            keys.Next();
        }

        first.Store(words);
        second.Store(words + 16);
        third.Store(words + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByFours(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var first = new FourCalls(block, c0, c1, c3);
        var second = new FourCalls(block + 4, c0, c1, c3);
        var keys = new RoundKeys(key);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            first.Round(keys);
            second.Round(keys);
            keys.Next();
        }

        first.Store(words);
        second.Store(words + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(uint* words, uint block, uint c0, uint c1, uint c3, ulong key)
    {
        var calls = new FourCalls(block, c0, c1, c3);
        var keys = new RoundKeys(key);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            calls.Round(keys);
            keys.Next();
        }

        calls.Store(words);
    }

    private struct RoundKeys(ulong key)
    {
        public Vector256<ulong> Low = Vector256.Create(key);
        public Vector256<ulong> High = Vector256.Create(key >> 32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Next()
        {
            Low += Vector256.Create((ulong)Philox.Weyl0);
            High += Vector256.Create((ulong)Philox.Weyl1);
        }
    }

    /// <summary>The state of calls for four blocks, in the order of <see cref="Eight"/>.</summary>
    private struct FourCalls
    {
        private Vector256<ulong> x0;
        private Vector256<ulong> x1;
        private Vector256<ulong> x2;
        private Vector256<ulong> x3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public FourCalls(uint block, uint c0, uint c1, uint c3)
        {
            x0 = Vector256.Create((ulong)c0);
            x1 = Vector256.Create((ulong)c1);
            x2 = Vector256.Create((ulong)block) + Vector256.Create(0UL, 2, 1, 3);
            x3 = Vector256.Create((ulong)c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Round(in RoundKeys keys)
        {
            var product0 = Avx2.Multiply(x0.AsUInt32(), Vector256.Create(Philox.Multiplier0));
            var product1 = Avx2.Multiply(x2.AsUInt32(), Vector256.Create(Philox.Multiplier1));
            x0 = (product1 >>> 32) ^ x1 ^ keys.Low;
            x1 = product1;
            x2 = (product0 >>> 32) ^ x3 ^ keys.High;
            x3 = product0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(uint* words)
        {
            var low = Vector256.Create((ulong)uint.MaxValue);
            var first = (x0 & low) | (x1 << 32);
            var second = (x2 & low) | (x3 << 32);
            Avx2.UnpackLow(first, second).Store((ulong*)words);
            Avx2.UnpackHigh(first, second).Store((ulong*)words + 4);
        }
    }
}
