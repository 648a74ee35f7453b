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
        where TTile : struct, ITile
    {
        var z = new PairSums { pair0 = biases[0] };
        if (TTile.Blocks > 1)
            z.pair1 = biases[1];

        if (TTile.Blocks > 2)
            z.pair2 = biases[2];

        if (TTile.Blocks > 3)
            z.pair3 = biases[3];

        if (TTile.Blocks > 4)
            z.pair4 = biases[4];

        if (TTile.Blocks > 5)
            z.pair5 = biases[5];

        if (TTile.Blocks > 6)
            z.pair6 = biases[6];

        if (TTile.Blocks > 7)
            z.pair7 = biases[7];

        return z;
    }

    /// <summary>
    /// z + s_g for a group of inputs.
    /// </summary>
    /// <param name="z">The sums so far.</param>
    /// <param name="weights">[pair].</param>
    /// <param name="x">The sample's signs.</param>
    public static PairSums Add<TTile>(PairSums z, ArrayView<QuadPair> weights, FloatQuad x)
        where TTile : struct, ITile
    {
        z.pair0 = Add(z.pair0, weights, 0, x);
        if (TTile.Blocks > 1)
            z.pair1 = Add(z.pair1, weights, 1, x);

        if (TTile.Blocks > 2)
            z.pair2 = Add(z.pair2, weights, 2, x);

        if (TTile.Blocks > 3)
            z.pair3 = Add(z.pair3, weights, 3, x);

        if (TTile.Blocks > 4)
            z.pair4 = Add(z.pair4, weights, 4, x);

        if (TTile.Blocks > 5)
            z.pair5 = Add(z.pair5, weights, 5, x);

        if (TTile.Blocks > 6)
            z.pair6 = Add(z.pair6, weights, 6, x);

        if (TTile.Blocks > 7)
            z.pair7 = Add(z.pair7, weights, 7, x);

        return z;
    }

    /// <summary>
    /// Σ_j u_j·h_j in the canon's tree: every neuron has a lane of its own, and lanes without a neuron are +0.
    /// </summary>
    /// <param name="z">The sums z.</param>
    /// <param name="outputs">The output weights u, [pair].</param>
    public static float Output<TTile>(PairSums z, ArrayView<FloatPair> outputs)
        where TTile : struct, ITile
    {
        var s0 = Outputs(z.pair0, outputs, 0);
        var s1 = TTile.Blocks > 1 ? Outputs(z.pair1, outputs, 1) : default;
        var s2 = TTile.Blocks > 2 ? Outputs(z.pair2, outputs, 2) : default;
        var s3 = TTile.Blocks > 3 ? Outputs(z.pair3, outputs, 3) : default;
        var s4 = TTile.Blocks > 4 ? Outputs(z.pair4, outputs, 4) : default;
        var s5 = TTile.Blocks > 5 ? Outputs(z.pair5, outputs, 5) : default;
        var s6 = TTile.Blocks > 6 ? Outputs(z.pair6, outputs, 6) : default;
        var s7 = TTile.Blocks > 7 ? Outputs(z.pair7, outputs, 7) : default;
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
        Mark(z.pair0, bound, marks, 0);
        if (TTile.Blocks > 1)
            Mark(z.pair1, bound, marks, 1);

        if (TTile.Blocks > 2)
            Mark(z.pair2, bound, marks, 2);

        if (TTile.Blocks > 3)
            Mark(z.pair3, bound, marks, 3);

        if (TTile.Blocks > 4)
            Mark(z.pair4, bound, marks, 4);

        if (TTile.Blocks > 5)
            Mark(z.pair5, bound, marks, 5);

        if (TTile.Blocks > 6)
            Mark(z.pair6, bound, marks, 6);

        if (TTile.Blocks > 7)
            Mark(z.pair7, bound, marks, 7);
    }

    private static FloatPair Add(FloatPair z, ArrayView<QuadPair> weights, int pair, FloatQuad x)
    {
        var w = weights[pair];
        return new() { X = EightSigns.Add(z.X, w.First, x), Y = EightSigns.Add(z.Y, w.Second, x) };
    }

    private static FloatPair Outputs(FloatPair z, ArrayView<FloatPair> outputs, int pair)
    {
        var u = outputs[pair];
        return new() { X = ExactMath.Fma(u.X, z.X > 0f ? z.X : 0f, 0f), Y = ExactMath.Fma(u.Y, z.Y > 0f ? z.Y : 0f, 0f) };
    }

    private static void Mark(FloatPair z, float bound, ArrayView<byte> marks, int pair)
    {
        uint first = z.X > bound ? 1u : 0u;
        uint second = z.Y > bound ? 1u : 0u;
        marks[2 * pair * Canon.WordSamples] = (byte)first;
        marks[((2 * pair) + 1) * Canon.WordSamples] = (byte)second;
    }
}
