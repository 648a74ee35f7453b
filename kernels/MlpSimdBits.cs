using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels;

/// <summary>Bits to ±1 floats and sign words.</summary>
internal static unsafe class Signs
{
    private const uint One = 0x3F800000;

    /// <summary>Sign bits of one sample's inputs, <paramref name="count"/> (a multiple of four) of them.</summary>
    public static void Flips(uint* destination, uint* inputs, int count, int sample)
    {
        for (int i = 0; i < count; i += 4)
            ((Vector128.Load(inputs + i) >>> sample) << 31).Store(destination + i);
    }

    /// <summary>y·x of the batch's only sample as ±1, the bias's input last.</summary>
    public static void SpreadSingle(float* destination, uint* inputs, uint label, int count)
    {
        var labels = Vector128.Create(label);
        for (int i = 0; i < count; i += 4)
            (((Vector128.Load(inputs + i) ^ labels) << 31) | Vector128.Create(One)).Store((uint*)destination + i);

        destination[count] = BitConverter.UInt32BitsToSingle(One | (label << 31));
    }

    /// <summary>A word (low half) and the same shifted right by four (high half), as the nibble counts want it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong WithShifted(uint word) => word | ((ulong)(word >> 4) << 32);
}

/// <summary>Which entry of which table each sample needs.</summary>
internal static unsafe class TableOffsets
{
    private const int TileSamples = 8;

    /// <summary>
    /// Fills [tiles][groups][8] byte offsets into tables of 16 entries of <paramref name="entryBytes"/> each.
    /// </summary>
    public static void Compute(ushort* offsets, uint* inputs, int inputStride, int tiles, int groups, int entryBytes)
    {
        if (Lanes512.IsSupported)
            ComputeWords(offsets, inputs, inputStride, tiles, groups, entryBytes);
        else
            ComputeTiles(offsets, inputs, inputStride, tiles, groups, entryBytes);
    }

    // Each word is rotated so that sample s's bit lands on its place in the offset of lane s, then merged under a mask.
    private static void ComputeWords(ushort* offsets, uint* inputs, int inputStride, int tiles, int groups, int entryBytes)
    {
        int shift = System.Numerics.BitOperations.TrailingZeroCount(entryBytes);
        var lanes = Vector512.Create(0u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        var rotate = Vector512.Create((uint)shift) - lanes;
        var half = Vector512.Create(16u);
        var one = Vector512.Create(1u);
        var mask0 = Vector512.Create(1u << shift);
        var mask1 = Vector512.Create(2u << shift);
        var mask2 = Vector512.Create(4u << shift);
        var mask3 = Vector512.Create(8u << shift);
        int words = (tiles + 3) / 4;
        long tileStride = (long)groups * TileSamples;
        for (int k = 0; k < words; k++)
        {
            uint* group = inputs + ((long)k * inputStride);
            ushort* first = offsets + (4 * k * tileStride);
            int wordTiles = Math.Min(4, tiles - (4 * k));
            for (int g = 0; g < groups; g++, group += MlpLayout.Group, first += TileSamples)
            {
                var x0 = Vector512.Create(group[0]);
                var x1 = Vector512.Create(group[1]);
                var x2 = Vector512.Create(group[2]);
                var x3 = Vector512.Create(group[3]);
                var low = Lookup(rotate);
                Avx512F.ConvertToVector256UInt16(low).GetLower().Store(first);
                if (wordTiles > 1)
                    Avx512F.ConvertToVector256UInt16(low).GetUpper().Store(first + tileStride);

                if (wordTiles > 2)
                {
                    var high = Avx512F.ConvertToVector256UInt16(Lookup(rotate - half));
                    high.GetLower().Store(first + (2 * tileStride));
                    if (wordTiles > 3)
                        high.GetUpper().Store(first + (3 * tileStride));
                }

                [MethodImpl(MethodImplOptions.AggressiveInlining)]
                Vector512<uint> Lookup(Vector512<uint> turn) =>
                    (Avx512F.RotateLeftVariable(x0, turn) & mask0)
                    | (Avx512F.RotateLeftVariable(x1, turn + one) & mask1)
                    | (Avx512F.RotateLeftVariable(x2, turn + one + one) & mask2)
                    | (Avx512F.RotateLeftVariable(x3, turn + one + one + one) & mask3);
            }
        }
    }

    private static void ComputeTiles(ushort* offsets, uint* inputs, int inputStride, int tiles, int groups, int entryBytes)
    {
        var bits = Vector128.Create((ushort)1, 2, 4, 8, 16, 32, 64, 128);
        for (int tile = 0; tile < tiles; tile++)
        {
            uint* group = inputs + ((long)(tile / 4) * inputStride);
            int shift = tile % 4 * TileSamples;
            for (int g = 0; g < groups; g++, group += MlpLayout.Group, offsets += TileSamples)
            {
                var sum = Vector128<ushort>.Zero;
                for (int i = 0; i < MlpLayout.Group; i++)
                {
                    var set = Vector128.Equals(Vector128.Create((ushort)((group[i] >> shift) & 0xFF)) & bits, bits);
                    sum |= set & Vector128.Create((ushort)(entryBytes << i));
                }

                sum.Store(offsets);
            }
        }
    }
}

/// <summary>How one word of samples was classified, a bit each.</summary>
internal readonly unsafe struct WordScore(uint errors, uint insideMargin)
{
    /// <summary>Samples without y·f &gt; 0.</summary>
    public readonly uint Errors = errors;

    /// <summary>Samples with y·f &lt; 1.</summary>
    public readonly uint InsideMargin = insideMargin;

    /// <summary>Finishes the canonical sums of up to 32 samples and compares with their labels.</summary>
    /// <param name="laneSums">[32][16] sums S_l.</param>
    /// <param name="samples">Samples that matter; bits of others are arbitrary.</param>
    /// <param name="outputBias">c.</param>
    /// <param name="labels">Labels, 1 for −1.</param>
    public static WordScore Of(float* laneSums, int samples, float outputBias, uint labels)
    {
        uint errors = 0;
        uint inside = 0;
        var bias = Vector128.Create(outputBias);
        var bits = Vector128.Create(1u, 2, 4, 8);
        var signBit = Vector128.Create(0x80000000u);
        for (int sample = 0; sample < Math.Min(samples, MlpLayout.WordSamples); sample += 4)
        {
            float* sums = laneSums + (sample * MlpLayout.Lanes);
            var outputs = bias + Transposed(
                FourLanes(sums),
                FourLanes(sums + MlpLayout.Lanes),
                FourLanes(sums + (2 * MlpLayout.Lanes)),
                FourLanes(sums + (3 * MlpLayout.Lanes)));
            var negative = Vector128.Equals(Vector128.Create(labels >> sample) & bits, bits) & signBit;
            var margins = (outputs.AsUInt32() ^ negative).AsSingle();
            errors |= (~Vector128.GreaterThan(margins, Vector128<float>.Zero)).ExtractMostSignificantBits() << sample;
            inside |= Vector128.LessThan(margins, Vector128<float>.One).ExtractMostSignificantBits() << sample;
        }

        return new WordScore(errors, inside);
    }

    /// <summary>S_l + S_{l+8}, then + S_{l+4}.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> FourLanes(float* sums) =>
        (Vector128.Load(sums) + Vector128.Load(sums + 8)) + (Vector128.Load(sums + 4) + Vector128.Load(sums + 12));

    /// <summary>S_l + S_{l+2}, then S_0 + S_1, of four samples at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Transposed(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        if (!Sse.IsSupported)
        {
            return Vector128.Create(Two(a), Two(b), Two(c), Two(d));
            static float Two(Vector128<float> s) => (s[0] + s[2]) + (s[1] + s[3]);
        }

        var ab = Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b);
        var cd = Sse.UnpackLow(c, d) + Sse.UnpackHigh(c, d);
        return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
    }
}
