using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Pieces of a forward pass over an affine layer.</summary>
internal static class CountingForward
{
    /// <summary>Offset of a row's weight in a block's rows.</summary>
    public static long Row(int row, int lane) => ((long)row * Canon.Lanes) + lane;

    /// <summary>Bits of the window to ±1, for as many inputs as shared memory holds.</summary>
    public static void ExpandSigns(GroupThread thread, LaunchShape shape, ForwardMemory memory, ArrayView<uint> window, int from)
    {
        var quads = window.Cast<WordQuad>();
        int groups = Canon.Groups(Math.Min(shape.Inputs - from, ForwardMemory.Inputs));
        for (int index = thread.Index; index < groups * Canon.WordSamples; index += thread.Count)
        {
            int sample = index % Canon.WordSamples;
            var bits = quads[(from / Canon.Group) + (index / Canon.WordSamples)];
            memory.Signs[index] = new FloatQuad
            {
                X = Sign(bits.W0, sample),
                Y = Sign(bits.W1, sample),
                Z = Sign(bits.W2, sample),
                W = Sign(bits.W3, sample),
            };
        }
    }

    /// <summary>±1 from a sample's bit.</summary>
    public static float Sign(uint word, int sample) => Interop.IntAsFloat(0x3F800000u | ((word >> sample) << 31));

    /// <summary>The weights of a group of four inputs, from the offset of the first one's row on.</summary>
    public static FloatQuad Weights(ArrayView<float> block, long row)
    {
        var rows = block.SubView(row, (3 * Canon.Lanes) + 1);
        return new FloatQuad
        {
            X = rows[0],
            Y = rows[Canon.Lanes],
            Z = rows[2 * Canon.Lanes],
            W = rows[3 * Canon.Lanes],
        };
    }

    /// <summary>The weights of a last group of one to three inputs; those missing count as 0 and change no sum.</summary>
    public static FloatQuad WeightsBefore(ArrayView<float> block, int row, int end, int lane) => new()
    {
        X = block[Row(row, lane)],
        Y = row + 1 < end ? block[Row(row + 1, lane)] : 0f,
        Z = row + 2 < end ? block[Row(row + 2, lane)] : 0f,
    };

    /// <summary>s_g of NUMERICS.md for one sample.</summary>
    private static float Signed(FloatQuad w, FloatQuad x) =>
        ExactMath.Fma(w.W, x.W, ExactMath.Fma(w.Z, x.Z, ExactMath.Fma(w.Y, x.Y, w.X * x.X)));

    /// <summary>z + s_g for eight samples, whose signs start at <paramref name="at"/>.</summary>
    public static EightSums Add(EightSums z, ArrayView<FloatQuad> signs, int at, FloatQuad w)
    {
        // Constant offsets into a view become part of the load instructions.
        var x = signs.SubView(at, GroupThread.TeamSamples);
        z.Low.X += Signed(w, x[0]);
        z.Low.Y += Signed(w, x[1]);
        z.Low.Z += Signed(w, x[2]);
        z.Low.W += Signed(w, x[3]);
        z.High.X += Signed(w, x[4]);
        z.High.Y += Signed(w, x[5]);
        z.High.Z += Signed(w, x[6]);
        z.High.W += Signed(w, x[7]);
        return z;
    }

    /// <summary>The 16 lane sums from <paramref name="at"/> on, in the canon's halving tree.</summary>
    public static float TreeSum(ArrayView<float> sums, int at) =>
        (EveryFourth(sums, at) + EveryFourth(sums, at + 2)) + (EveryFourth(sums, at + 1) + EveryFourth(sums, at + 3));

    private static float EveryFourth(ArrayView<float> sums, int at) => (sums[at] + sums[at + 8]) + (sums[at + 4] + sums[at + 12]);
}
