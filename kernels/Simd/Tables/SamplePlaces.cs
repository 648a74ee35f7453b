using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

/// <summary>Turns words of inputs, a bit per sample, into bytes, one per sample, that say which entry of a table the sample needs.</summary>
internal static unsafe class SamplePlaces
{
    private const ulong EveryByte = 0x0101010101010101;

    /// <summary>
    /// Writes 32 bytes, one per sample of a word, for each group of four inputs. Bits 0 to 2 of a byte say which of the group's first three inputs
    /// differ from its last; bits 3 and 7 are the last input (<see cref="EntrySigns"/>).
    /// </summary>
    /// <param name="places">[group][32].</param>
    /// <param name="inputs">[4·group].</param>
    /// <param name="groups">How many groups.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfWord(sbyte* places, uint* inputs, int groups)
    {
        if (GroupBytes.IsSupported)
        {
            var rows = GroupBytes.Rows(firstBit: 0);
            for (int group = 0; group < groups; group++, inputs += Canon.Group, places += Canon.WordSamples)
                GroupBytes.FirstAgainstLast(GroupBytes.Of(inputs, rows)).Store((byte*)places);

            return;
        }

        for (int group = 0; group < groups; group++, inputs += Canon.Group, places += Canon.WordSamples)
        {
            uint last = inputs[3];
            Merge((ulong*)places, 1, inputs[0] ^ last, inputs[1] ^ last, inputs[2] ^ last, last, 1, 0x88);
        }
    }

    /// <summary>Bytes of 32 samples, each the sum of the weights of the words whose bit of that sample is set.</summary>
    /// <param name="bytes">Eight samples to each of four units.</param>
    /// <param name="stride">Units from one eight samples to the next.</param>
    /// <param name="word0">Word of weight <paramref name="unit"/>.</param>
    /// <param name="word1">Word of twice that weight.</param>
    /// <param name="word2">Word of four times that weight.</param>
    /// <param name="word3">Word of weight <paramref name="top"/>.</param>
    /// <param name="unit">The least weight.</param>
    /// <param name="top">The last word's weight.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge(ulong* bytes, long stride, uint word0, uint word1, uint word2, uint word3, byte unit, byte top)
    {
        if (Avx2.IsSupported)
        {
            var merged = (Spread(word0) & Vector256.Create(unit))
                | (Spread(word1) & Vector256.Create((byte)(2 * unit)))
                | (Spread(word2) & Vector256.Create((byte)(4 * unit)))
                | (Spread(word3) & Vector256.Create(top));
            if (stride == 1)
            {
                merged.Store((byte*)bytes);
                return;
            }

            Store(bytes, stride, merged);
            return;
        }

        for (int shift = 0; shift < Canon.WordSamples; shift += 8, bytes += stride)
        {
            *bytes = (BytePerBit(word0 >> shift) * unit)
                + (BytePerBit(word1 >> shift) * (2UL * unit))
                + (BytePerBit(word2 >> shift) * (4UL * unit))
                + (BytePerBit(word3 >> shift) * top);
        }
    }

    /// <summary>Writes the bytes of four times eight samples, <paramref name="stride"/> units apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ulong* units, long stride, Vector256<byte> bytes)
    {
        var eights = bytes.AsUInt64();
        units[0] = eights[0];
        units[stride] = eights[1];
        units[2 * stride] = eights[2];
        units[3 * stride] = eights[3];
    }

    /// <summary>Byte s is all ones if bit s is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Spread(uint word)
    {
        var own = Vector256.Create(0x8040201008040201).AsByte();
        var from = Vector256.Create(0UL, EveryByte, 2 * EveryByte, 3 * EveryByte).AsByte();
        return Vector256.Equals(Avx2.Shuffle(Vector256.Create(word).AsByte(), from) & own, own);
    }

    /// <summary>
    /// Spreads bits 0 … 7 to bytes of 0 or 1: copies the bits to every byte, masks each byte's own bit and shifts it to the bottom.
    /// </summary>
    private static ulong BytePerBit(uint bits)
    {
        ulong own = (byte)bits * EveryByte & 0x8040201008040201UL;
        return ((own + 0x7F7F7F7F7F7F7F7FUL) >> 7) & EveryByte;
    }
}
