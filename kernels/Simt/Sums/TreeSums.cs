using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The canon's tree sums Σ_j d_j·w_ij over units j in 16 lanes, with four i and four entries of each d_j per thread. The tree is walked depth first,
/// so that a thread holds few of the lanes' sums at a time.
/// </summary>
internal static class TreeSums
{
    /// <summary>
    /// Four by four of the sums: a row for each i, a column for each entry of d.
    /// </summary>
    /// <param name="weights">Hold the quad of w_ij for each unit j.</param>
    /// <param name="atWeights">Where the first one is.</param>
    /// <param name="stepWeights">Quads from one unit to the next.</param>
    /// <param name="d">Holds a quad of d_j for each unit j.</param>
    /// <param name="atD">Where the first one is.</param>
    /// <param name="stepD">Quads from one unit to the next.</param>
    /// <param name="blocks">Blocks of units.</param>
    public static QuadTile Of(
        ArrayView<FloatQuad> weights, int atWeights, int stepWeights, ArrayView<FloatQuad> d, int atD, int stepD, int blocks)
    {
        // The sums of the odd lanes are added to those of the even ones.
        var sums = default(QuadTile);
        for (int odd = 0; odd < 2; odd++)
        {
            var half = QuadTile.Add(
                QuadTile.Add(
                    QuadTile.Add(
                        Lane(0, weights, atWeights, stepWeights, d, atD, stepD, blocks),
                        Lane(8, weights, atWeights, stepWeights, d, atD, stepD, blocks)),
                    QuadTile.Add(
                        Lane(4, weights, atWeights, stepWeights, d, atD, stepD, blocks),
                        Lane(12, weights, atWeights, stepWeights, d, atD, stepD, blocks))),
                QuadTile.Add(
                    QuadTile.Add(
                        Lane(2, weights, atWeights, stepWeights, d, atD, stepD, blocks),
                        Lane(10, weights, atWeights, stepWeights, d, atD, stepD, blocks)),
                    QuadTile.Add(
                        Lane(6, weights, atWeights, stepWeights, d, atD, stepD, blocks),
                        Lane(14, weights, atWeights, stepWeights, d, atD, stepD, blocks))));
            sums = odd == 0 ? half : QuadTile.Add(sums, half);
            atWeights += stepWeights;
            atD += stepD;
        }

        return sums;
    }

    /// <summary>The sums of one lane, from +0 over the blocks.</summary>
    private static QuadTile Lane(
        int lane,
        ArrayView<FloatQuad> weights,
        int atWeights,
        int stepWeights,
        ArrayView<FloatQuad> d,
        int atD,
        int stepD,
        int blocks)
    {
        var sums = default(QuadTile);
        int at = atWeights + (lane * stepWeights);
        int unit = atD + (lane * stepD);
        int end = at + (blocks * Canon.Lanes * stepWeights);
        if ((blocks & 1) != 0)
        {
            sums = QuadTile.AddOuter(sums, weights[at], d[unit]);
            at += Canon.Lanes * stepWeights;
            unit += Canon.Lanes * stepD;
        }

        while (at < end)
        {
            sums = QuadTile.AddOuter(sums, weights[at], d[unit]);
            at += Canon.Lanes * stepWeights;
            unit += Canon.Lanes * stepD;
            sums = QuadTile.AddOuter(sums, weights[at], d[unit]);
            at += Canon.Lanes * stepWeights;
            unit += Canon.Lanes * stepD;
        }

        return sums;
    }
}
