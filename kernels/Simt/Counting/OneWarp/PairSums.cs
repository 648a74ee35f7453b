using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>z of up to 16 neurons for one sample, two by two: as many pairs as the tile has blocks.</summary>
internal struct PairSums
{
    private FloatPair pair0;
    private FloatPair pair1;
    private FloatPair pair2;
    private FloatPair pair3;
    private FloatPair pair4;
    private FloatPair pair5;
    private FloatPair pair6;
    private FloatPair pair7;

    /// <summary>
    /// The biases.
    /// </summary>
    /// <param name="biases">[pair].</param>
    public static PairSums Of<TTile>(ArrayView<FloatPair> biases)
        where TTile : struct, ITile => new()
        {
            pair0 = Pair<TTile>(biases, 0),
            pair1 = Pair<TTile>(biases, 1),
            pair2 = Pair<TTile>(biases, 2),
            pair3 = Pair<TTile>(biases, 3),
            pair4 = Pair<TTile>(biases, 4),
            pair5 = Pair<TTile>(biases, 5),
            pair6 = Pair<TTile>(biases, 6),
            pair7 = Pair<TTile>(biases, 7),
        };

    /// <summary>
    /// z + s_g for a group of inputs.
    /// </summary>
    /// <param name="z">The sums so far.</param>
    /// <param name="weights">[pair].</param>
    /// <param name="x">The sample's signs.</param>
    public static PairSums Add<TTile>(PairSums z, ArrayView<QuadPair> weights, FloatQuad x)
        where TTile : struct, ITile => new()
        {
            pair0 = Add<TTile>(z.pair0, weights, 0, x),
            pair1 = Add<TTile>(z.pair1, weights, 1, x),
            pair2 = Add<TTile>(z.pair2, weights, 2, x),
            pair3 = Add<TTile>(z.pair3, weights, 3, x),
            pair4 = Add<TTile>(z.pair4, weights, 4, x),
            pair5 = Add<TTile>(z.pair5, weights, 5, x),
            pair6 = Add<TTile>(z.pair6, weights, 6, x),
            pair7 = Add<TTile>(z.pair7, weights, 7, x),
        };

    /// <summary>
    /// Σ_j u_j·h_j in the canon's tree: every neuron has a lane of its own, and lanes without a neuron are +0.
    /// </summary>
    /// <param name="z">The sums z.</param>
    /// <param name="outputs">The output weights u, [pair].</param>
    public static float Output<TTile>(PairSums z, ArrayView<FloatPair> outputs)
        where TTile : struct, ITile
    {
        var s0 = Outputs<TTile>(z.pair0, outputs, 0);
        var s1 = Outputs<TTile>(z.pair1, outputs, 1);
        var s2 = Outputs<TTile>(z.pair2, outputs, 2);
        var s3 = Outputs<TTile>(z.pair3, outputs, 3);
        var s4 = Outputs<TTile>(z.pair4, outputs, 4);
        var s5 = Outputs<TTile>(z.pair5, outputs, 5);
        var s6 = Outputs<TTile>(z.pair6, outputs, 6);
        var s7 = Outputs<TTile>(z.pair7, outputs, 7);
        return (((s0.X + s4.X) + (s2.X + s6.X)) + ((s1.X + s5.X) + (s3.X + s7.X)))
            + (((s0.Y + s4.Y) + (s2.Y + s6.Y)) + ((s1.Y + s5.Y) + (s3.Y + s7.Y)));
    }

    /// <summary>
    /// Marks the neurons whose z exceeds a bound.
    /// </summary>
    /// <param name="z">The sums z.</param>
    /// <param name="bound">The bound.</param>
    /// <param name="marks">From the sample's byte of the first neuron on; the neurons lie a word of samples apart.</param>
    public static void Mark<TTile>(PairSums z, float bound, ArrayView<byte> marks)
        where TTile : struct, ITile
    {
        Mark<TTile>(z.pair0, bound, marks, 0);
        Mark<TTile>(z.pair1, bound, marks, 1);
        Mark<TTile>(z.pair2, bound, marks, 2);
        Mark<TTile>(z.pair3, bound, marks, 3);
        Mark<TTile>(z.pair4, bound, marks, 4);
        Mark<TTile>(z.pair5, bound, marks, 5);
        Mark<TTile>(z.pair6, bound, marks, 6);
        Mark<TTile>(z.pair7, bound, marks, 7);
    }

    /// <summary>A pair, or +0 if the tile has no such pair.</summary>
    private static FloatPair Pair<TTile>(ArrayView<FloatPair> values, int pair)
        where TTile : struct, ITile =>
        pair < TTile.Blocks ? values[pair] : default;

    private static FloatPair Add<TTile>(FloatPair z, ArrayView<QuadPair> weights, int pair, FloatQuad x)
        where TTile : struct, ITile
    {
        if (pair >= TTile.Blocks)
            return default;

        var w = weights[pair];
        return new() { X = EightSigns.Add(z.X, w.First, x), Y = EightSigns.Add(z.Y, w.Second, x) };
    }

    private static FloatPair Outputs<TTile>(FloatPair z, ArrayView<FloatPair> outputs, int pair)
        where TTile : struct, ITile
    {
        if (pair >= TTile.Blocks)
            return default;

        var u = outputs[pair];
        return new() { X = ExactMath.Fma(u.X, z.X > 0f ? z.X : 0f, 0f), Y = ExactMath.Fma(u.Y, z.Y > 0f ? z.Y : 0f, 0f) };
    }

    private static void Mark<TTile>(FloatPair z, float bound, ArrayView<byte> marks, int pair)
        where TTile : struct, ITile
    {
        if (pair >= TTile.Blocks)
            return;

        uint first = z.X > bound ? 1u : 0u;
        uint second = z.Y > bound ? 1u : 0u;
        marks[2 * pair * Canon.WordSamples] = (byte)first;
        marks[((2 * pair) + 1) * Canon.WordSamples] = (byte)second;
    }
}
