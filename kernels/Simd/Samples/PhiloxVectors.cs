using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Philox4x32-10 for consecutive values of the third counter word, eight or four calls at a time. An entry is the outputs of its blocks 0, 1, …, four
/// words each; the first two counter words number it.
/// </summary>
internal static unsafe class PhiloxVectors
{
    private const int BlockWords = 4;
    private const int Calls = 8;

    /// <summary>Whether one register has eight calls.</summary>
    private static bool TakesEights
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;
    }

    /// <summary>Calls by lane, ordered so that interleaving the halves of two registers gives consecutive ones.</summary>
    private static Vector512<ulong> CallNumbers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
    }

    /// <summary>
    /// Writes an entry.
    /// </summary>
    /// <param name="words">Where it goes, with room for a multiple of eight blocks.</param>
    /// <param name="blocks">Its blocks.</param>
    /// <param name="entry">Its number: the first counter word and, in the upper half, the second.</param>
    /// <param name="c3">The fourth counter word.</param>
    /// <param name="key">The key.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(uint* words, int blocks, ulong entry, uint c3, ulong key)
    {
        if (TakesEights)
        {
            for (int block = 0; block < blocks; block += Calls)
                Eight(words + (BlockWords * block), Vector512.Create(entry), Vector512.Create((ulong)block) + CallNumbers, c3, key);
        }
        else if (Avx2.IsSupported)
        {
            uint c0 = (uint)entry;
            uint c1 = (uint)(entry >> 32);
            int block = 0;

            // Twelve at a time where that takes less than eight at a time.
            for (; blocks - block is > 16 or (> 8 and <= 12); block += 12)
                TwelveByFours(words + (BlockWords * block), (uint)block, c0, c1, c3, key);

            for (; block + 4 < blocks; block += Calls)
                EightByFours(words + (BlockWords * block), (uint)block, c0, c1, c3, key);

            if (block < blocks)
                Four(words + (BlockWords * block), (uint)block, c0, c1, c3, key);
        }
        else
        {
            for (int block = 0; block < blocks; block++)
                ((WordQuad*)words)[block] = Philox.Generate((uint)entry, (uint)(entry >> 32), (uint)block, c3, (uint)key, (uint)(key >> 32));
        }
    }

    /// <summary>
    /// Writes consecutive entries.
    /// </summary>
    /// <param name="words">Where they go, each with room for a multiple of eight blocks.</param>
    /// <param name="stride">Words from one to the next.</param>
    /// <param name="count">How many.</param>
    /// <param name="blocks">Blocks of each.</param>
    /// <param name="entry">Number of the first.</param>
    /// <param name="c3">The fourth counter word.</param>
    /// <param name="key">The key.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(uint* words, int stride, int count, int blocks, ulong entry, uint c3, ulong key)
    {
        // Entries whose last blocks fill half of a register or less share one.
        int rest = blocks % Calls;
        bool shares = TakesEights && count > 1 && rest is > 0 and <= Calls / 2;
        int apart = shares ? blocks - rest : blocks;
        for (int k = 0; k < count; k++)
            Fill(words + ((long)k * stride), apart, entry + (ulong)k, c3, key);

        if (!shares)
            return;

        int sharing = Calls / rest;
        for (int k = 0; k < count; k += sharing)
            FillTogether(words + ((long)k * stride), stride, Math.Min(sharing, count - k), apart, rest, entry + (ulong)k, c3, key);
    }

    /// <summary>Writes the blocks from <paramref name="first"/> on of a few entries, all in one register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void FillTogether(uint* words, int stride, int count, int first, int blocks, ulong entry, uint c3, ulong key)
    {
        // ⌊call / blocks⌋ for up to eight calls.
        var entries = Avx512F.Multiply(CallNumbers.AsUInt32(), Vector512.Create((ulong)((256 / blocks) + 1)).AsUInt32()) >>> 8;
        var before = Avx512F.Multiply(entries.AsUInt32(), Vector512.Create((ulong)blocks).AsUInt32());
        uint* eight = stackalloc uint[Calls * BlockWords];
        Eight(eight, Vector512.Create(entry) + entries, Vector512.Create((ulong)first) + CallNumbers - before, c3, key);
        for (int k = 0; k < count; k++, words += stride)
        {
            for (int block = first; block < first + blocks; block++, eight += BlockWords)
                Vector128.Load(eight).Store(words + (BlockWords * block));
        }
    }

    // 32-bit words live in 64-bit lanes: the multiplier reads only the low half, so the high half may hold anything until the end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(uint* words, Vector512<ulong> entries, Vector512<ulong> blocks, uint c3, ulong key)
    {
        var x0 = entries;
        var x1 = entries >>> 32;
        var x2 = blocks;
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
