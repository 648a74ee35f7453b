using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>z of one lane's neurons in a tile, for the eight samples of a team: as many blocks as the tile has.</summary>
internal struct TileSums
{
    private EightSums block0;
    private EightSums block1;
    private EightSums block2;
    private EightSums block3;
    private EightSums block4;
    private EightSums block5;
    private EightSums block6;
    private EightSums block7;

    /// <summary>Elements from a lane's neuron in a tile's first block to that in its last one.</summary>
    public static int Span<TTile>()
        where TTile : struct, ITile =>
        ((TTile.Blocks - 1) * Canon.Lanes) + 1;

    /// <summary>
    /// The biases.
    /// </summary>
    /// <param name="biases">From the lane's neuron in the tile's first block on.</param>
    public static TileSums Of<TTile>(ArrayView<float> biases)
        where TTile : struct, ITile
    {
        var z = new TileSums { block0 = EightSums.Of(biases[0]) };
        if (TTile.Blocks > 1)
            z.block1 = EightSums.Of(biases[Canon.Lanes]);

        if (TTile.Blocks > 2)
            z.block2 = EightSums.Of(biases[2 * Canon.Lanes]);

        if (TTile.Blocks > 3)
            z.block3 = EightSums.Of(biases[3 * Canon.Lanes]);

        if (TTile.Blocks > 4)
            z.block4 = EightSums.Of(biases[4 * Canon.Lanes]);

        if (TTile.Blocks > 5)
            z.block5 = EightSums.Of(biases[5 * Canon.Lanes]);

        if (TTile.Blocks > 6)
            z.block6 = EightSums.Of(biases[6 * Canon.Lanes]);

        if (TTile.Blocks > 7)
            z.block7 = EightSums.Of(biases[7 * Canon.Lanes]);

        return z;
    }

    /// <summary>
    /// z + s_g for a group of inputs.
    /// </summary>
    /// <param name="z">The sums so far.</param>
    /// <param name="weights">[block of the tile][lane], from the lane on.</param>
    /// <param name="x">The team's signs.</param>
    public static TileSums Add<TTile>(TileSums z, ArrayView<FloatQuad> weights, EightSigns x)
        where TTile : struct, ITile
    {
        z.block0 = x.AddTo(z.block0, weights[0]);
        if (TTile.Blocks > 1)
            z.block1 = x.AddTo(z.block1, weights[Canon.Lanes]);

        if (TTile.Blocks > 2)
            z.block2 = x.AddTo(z.block2, weights[2 * Canon.Lanes]);

        if (TTile.Blocks > 3)
            z.block3 = x.AddTo(z.block3, weights[3 * Canon.Lanes]);

        if (TTile.Blocks > 4)
            z.block4 = x.AddTo(z.block4, weights[4 * Canon.Lanes]);

        if (TTile.Blocks > 5)
            z.block5 = x.AddTo(z.block5, weights[5 * Canon.Lanes]);

        if (TTile.Blocks > 6)
            z.block6 = x.AddTo(z.block6, weights[6 * Canon.Lanes]);

        if (TTile.Blocks > 7)
            z.block7 = x.AddTo(z.block7, weights[7 * Canon.Lanes]);

        return z;
    }

    /// <summary>
    /// S ← fma(u, h, S) block by block; also marks which neurons are active.
    /// </summary>
    /// <param name="z">The sums z.</param>
    /// <param name="sums">The output's sums S of the lane so far.</param>
    /// <param name="outputs">The output weights u, from the lane's neuron in the tile's first block on.</param>
    /// <param name="marks">Where the team's byte of that neuron goes; one word per neuron.</param>
    /// <returns>The sums S.</returns>
    public static EightSums AddOutputs<TTile>(TileSums z, EightSums sums, ArrayView<float> outputs, ArrayView<byte> marks)
        where TTile : struct, ITile
    {
        sums = AddOutput(z.block0, sums, outputs, marks, 0);
        if (TTile.Blocks > 1)
            sums = AddOutput(z.block1, sums, outputs, marks, 1);

        if (TTile.Blocks > 2)
            sums = AddOutput(z.block2, sums, outputs, marks, 2);

        if (TTile.Blocks > 3)
            sums = AddOutput(z.block3, sums, outputs, marks, 3);

        if (TTile.Blocks > 4)
            sums = AddOutput(z.block4, sums, outputs, marks, 4);

        if (TTile.Blocks > 5)
            sums = AddOutput(z.block5, sums, outputs, marks, 5);

        if (TTile.Blocks > 6)
            sums = AddOutput(z.block6, sums, outputs, marks, 6);

        if (TTile.Blocks > 7)
            sums = AddOutput(z.block7, sums, outputs, marks, 7);

        return sums;
    }

    private static EightSums AddOutput(EightSums z, EightSums sums, ArrayView<float> outputs, ArrayView<byte> marks, int block)
    {
        float u = outputs[block * Canon.Lanes];
        uint mark = 0;
        sums.Low.X = AddActive(z.Low.X, u, sums.Low.X, 1, ref mark);
        sums.Low.Y = AddActive(z.Low.Y, u, sums.Low.Y, 2, ref mark);
        sums.Low.Z = AddActive(z.Low.Z, u, sums.Low.Z, 4, ref mark);
        sums.Low.W = AddActive(z.Low.W, u, sums.Low.W, 8, ref mark);
        sums.High.X = AddActive(z.High.X, u, sums.High.X, 16, ref mark);
        sums.High.Y = AddActive(z.High.Y, u, sums.High.Y, 32, ref mark);
        sums.High.Z = AddActive(z.High.Z, u, sums.High.Z, 64, ref mark);
        sums.High.W = AddActive(z.High.W, u, sums.High.W, 128, ref mark);
        marks[block * Canon.Lanes * sizeof(uint)] = (byte)mark;
        return sums;
    }

    private static float AddActive(float z, float u, float sum, uint bit, ref uint mark)
    {
        bool active = z > 0f;
        mark |= active ? bit : 0;
        return ExactMath.Fma(u, active ? z : 0f, sum);
    }
}
