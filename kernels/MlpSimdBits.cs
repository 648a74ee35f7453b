using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels;

/// <summary>Bits to ±1 floats and sign words.</summary>
internal static unsafe class Signs
{
    private const uint One = 0x3F800000;

    /// <summary>Sign bits of one sample's inputs, <paramref name="count"/> (a multiple of four) of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Flips(uint* destination, uint* inputs, int count, int sample)
    {
        for (int i = 0; i < count; i += 4)
            ((Vector128.Load(inputs + i) >>> sample) << 31).Store(destination + i);
    }

    /// <summary>y·x of the batch's only sample as ±1, the bias's input last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    /// <summary>
    /// From one entry to the next, in units of eight bytes; the same for all lane counts, so that one set of offsets serves
    /// a pass that mixes them.
    /// </summary>
    public const int EntryUnits = MlpLayout.Lanes * sizeof(float) / sizeof(ulong);

    private const int TileSamples = MlpSimdWorkspace.TileSamples;
    private const int WordTiles = MlpLayout.WordSamples / TileSamples;

    /// <summary>Fills [tiles][groups] from bit-sliced inputs (<see cref="MlpSimdWorkspace.Offsets"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        if (Lanes512.IsSupported)
            ComputeWords(offsets, inputs, inputStride, tiles, groups);
        else
            ComputeTiles(offsets, inputs, inputStride, tiles, groups);
    }

    // Each word is rotated so that sample s's bit lands on its place in the offset of lane s, then merged under a mask.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeWords(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        var lanes = Vector512.Create(0u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        var turn0 = Vector512.Create((uint)BitOperations.Log2(EntryUnits)) - lanes;
        var turn1 = turn0 + Vector512<uint>.One;
        var turn2 = turn1 + Vector512<uint>.One;
        var turn3 = turn2 + Vector512<uint>.One;
        var half = Vector512.Create(16u);
        var mask0 = Vector512.Create((uint)EntryUnits);
        var mask1 = Vector512.Create(2u * EntryUnits);
        var mask2 = Vector512.Create(4u * EntryUnits);
        var mask3 = Vector512.Create(8u * EntryUnits);
        for (int tile = 0; tile < tiles; tile += WordTiles)
        {
            uint* group = inputs + ((long)(tile / WordTiles) * inputStride);
            ulong* first = offsets + ((long)tile * groups);
            for (int g = 0; g < groups; g++, group += MlpLayout.Group, first++)
            {
                var x0 = Vector512.Create(group[0]);
                var x1 = Vector512.Create(group[1]);
                var x2 = Vector512.Create(group[2]);
                var x3 = Vector512.Create(group[3]);
                var low = (Avx512F.RotateLeftVariable(x0, turn0) & mask0)
                    | (Avx512F.RotateLeftVariable(x1, turn1) & mask1)
                    | (Avx512F.RotateLeftVariable(x2, turn2) & mask2)
                    | (Avx512F.RotateLeftVariable(x3, turn3) & mask3);
                var places = Avx512F.ConvertToVector128Byte(low).AsUInt64();
                first[0] = places[0];
                if (tile + 1 < tiles)
                    first[groups] = places[1];

                if (tile + 2 >= tiles)
                    continue;

                var high = (Avx512F.RotateLeftVariable(x0, turn0 - half) & mask0)
                    | (Avx512F.RotateLeftVariable(x1, turn1 - half) & mask1)
                    | (Avx512F.RotateLeftVariable(x2, turn2 - half) & mask2)
                    | (Avx512F.RotateLeftVariable(x3, turn3 - half) & mask3);
                places = Avx512F.ConvertToVector128Byte(high).AsUInt64();
                first[2L * groups] = places[0];
                if (tile + 3 < tiles)
                    first[3L * groups] = places[1];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeTiles(ulong* offsets, uint* inputs, int inputStride, int tiles, int groups)
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            uint* group = inputs + ((long)(tile / WordTiles) * inputStride);
            int shift = tile % WordTiles * TileSamples;
            for (int g = 0; g < groups; g++, group += MlpLayout.Group, offsets++)
            {
                ulong entries = BytePerBit(group[0] >> shift)
                    | (BytePerBit(group[1] >> shift) << 1)
                    | (BytePerBit(group[2] >> shift) << 2)
                    | (BytePerBit(group[3] >> shift) << 3);
                *offsets = entries * EntryUnits;
            }
        }
    }

    /// <summary>Bits 0 … 7 to bytes of 0 or 1: copied to every byte, each keeps its own bit, which then moves to the bottom.</summary>
    private static ulong BytePerBit(uint bits)
    {
        ulong own = (byte)bits * 0x0101010101010101UL & 0x8040201008040201UL;
        return ((own + 0x7F7F7F7F7F7F7F7FUL) >> 7) & 0x0101010101010101UL;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
