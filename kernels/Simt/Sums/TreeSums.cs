using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The canon's tree sums Σ_j d_j·w_ij over units j in 16 lanes, with four i and four entries of each d_j per thread. The tree is walked depth first,
/// so that a thread holds few of the lanes' sums at a time.
/// </summary>
internal static class TreeSums
{
    /// <summary>A sum of nothing: −0, to which a number is added without a change.</summary>
    private static QuadTile None => QuadTile.Down(QuadArithmetic.Broadcast(-0f));

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
        var sums = None;
        for (int odd = 0; odd < 2; odd++)
            sums = Sum(sums, Half(weights, atWeights + (odd * stepWeights), stepWeights, d, atD + (odd * stepD), stepD, blocks));

        return sums;
    }

    /// <summary>The part of the even lanes, or, begun at the second unit, that of the odd ones, which is added to it.</summary>
    /// <inheritdoc cref="Of"/>
    private static QuadTile Half(
        ArrayView<FloatQuad> weights, int atWeights, int stepWeights, ArrayView<FloatQuad> d, int atD, int stepD, int blocks)
    {
        var sums = None;
        for (int lane = 0; lane < 4; lane += 2)
        {
            int at = atWeights + (lane * stepWeights);
            int unit = atD + (lane * stepD);
            sums = Sum(
                sums,
                Sum(
                    Sum(
                        Lane(0, weights, at, stepWeights, d, unit, stepD, blocks),
                        Lane(8, weights, at, stepWeights, d, unit, stepD, blocks)),
                    Sum(
                        Lane(4, weights, at, stepWeights, d, unit, stepD, blocks),
                        Lane(12, weights, at, stepWeights, d, unit, stepD, blocks))));
        }

        return sums;
    }

    /// <summary>a + b, written as fma so that ILGPU leaves it where it is: it would move plain sums behind the last lane and hold all lanes' until then.</summary>
    private static QuadTile Sum(QuadTile a, QuadTile b) => new()
    {
        Row0 = Quad.Fma(1f, a.Row0, b.Row0),
        Row1 = Quad.Fma(1f, a.Row1, b.Row1),
        Row2 = Quad.Fma(1f, a.Row2, b.Row2),
        Row3 = Quad.Fma(1f, a.Row3, b.Row3),
    };

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
            var units = d.SubView(unit);
            sums = QuadTile.AddOuter(sums, weights[at], units[0]);
            at += Canon.Lanes * stepWeights;
            sums = QuadTile.AddOuter(sums, weights[at], units[Canon.Lanes * stepD]);
            at += Canon.Lanes * stepWeights;
            unit += 2 * Canon.Lanes * stepD;
        }

        return sums;
    }
}
