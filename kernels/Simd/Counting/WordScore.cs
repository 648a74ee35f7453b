using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ParityGpu.Kernels.Simd;

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
        for (int sample = 0; sample < Math.Min(samples, Canon.WordSamples); sample += 4)
        {
            float* sums = laneSums + (sample * Canon.Lanes);
            var outputs = bias + Transposed(
                FourLanes(sums),
                FourLanes(sums + Canon.Lanes),
                FourLanes(sums + (2 * Canon.Lanes)),
                FourLanes(sums + (3 * Canon.Lanes)));
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
