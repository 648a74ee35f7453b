using ILGPU;
using ILGPU.Runtime;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The window's inputs as floats in shared memory, from an input on and for as many as it holds: 0 and 1 as they are, ±1 as <see cref="SignInputs"/>
/// reads them.
/// </summary>
internal static class ExpandedInputs
{
    private const int Samples = Canon.WordSamples;

    /// <summary>Whether the network reads 0 and 1 instead of ±1.</summary>
    public static bool AreBits(GeneralSlot run) => run.Shape.Encoding == (int)InputEncoding.ZeroOne;

    /// <summary>
    /// [group of four inputs][sample]: the group's inputs; a group of the first <paramref name="inputs"/> inputs per warp, a sample per lane. If they are
    /// 0 and 1, which gradients read as well, samples are in the order of <see cref="Place"/>.
    /// </summary>
    public static void Fill(GeneralSlot run, GeneralMemory memory, int from, int inputs)
    {
        var window = run.Scratch.Window.AsAligned(QuadView.QuadBytes).Cast<WordQuad>();
        int sample = run.Thread.Index & (Samples - 1);
        bool areBits = AreBits(run);
        float minus = areBits ? 1f : -1f;
        float plus = areBits ? 0f : 1f;
        uint bit = 1u << sample;
        for (int group = run.Thread.Index >> 5; group < Groups(from, inputs); group += run.Thread.Count >> 5)
        {
            var bits = window[(from >> 2) + group];
            uint first = areBits ? 0 : bits.W0;
            memory.Forward.Signs[(group * ForwardMemory.GroupStride) + (areBits ? Place(group, sample) : sample)] = new FloatQuad
            {
                X = (bits.W0 & bit) != 0 ? minus : plus,
                Y = ((bits.W1 ^ first) & bit) != 0 ? minus : plus,
                Z = ((bits.W2 ^ first) & bit) != 0 ? minus : plus,
                W = ((bits.W3 ^ first) & bit) != 0 ? minus : plus,
            };
        }
    }

    /// <summary>
    /// [group of four inputs][four samples][input], inputs ±1 only: the input on the four samples; a group per warp, an input and four samples per lane.
    /// The inputs are in the order of <see cref="Place"/>.
    /// </summary>
    public static void FillSamples(GeneralSlot run, GeneralMemory memory, int from, int inputs)
    {
        int lane = run.Thread.Index & (Samples - 1);
        int input = from + (lane & (Canon.Group - 1));
        int shift = lane & ~(Canon.Group - 1);
        for (int group = run.Thread.Index >> 5; group < Groups(from, inputs); group += run.Thread.Count >> 5)
        {
            uint bits = run.Scratch.Window[input + (group * Canon.Group)] >> shift;
            uint products = bits ^ (0u - (bits & 1));
            memory.Forward.Signs[(group * ForwardMemory.GroupStride) + Place(group, lane)] = new FloatQuad
            {
                X = (bits & 1) != 0 ? -1f : 1f,
                Y = (products & 2) != 0 ? -1f : 1f,
                Z = (products & 4) != 0 ? -1f : 1f,
                W = (products & 8) != 0 ? -1f : 1f,
            };
        }
    }

    /// <summary>
    /// Where quad number <paramref name="quad"/> of a group is that gradients read: in every other two groups the halves of four quads are exchanged, so
    /// that lanes that read the same quad of four neighbouring groups use different banks.
    /// </summary>
    public static int Place(int group, int quad) => quad ^ (group & 2);

    /// <summary>Number of the half, two quads, that has the first two of a group's tile of four; the other half is its neighbour.</summary>
    public static int FirstHalf(int group, int tile) => (2 * tile) + (Place(group, 0) >> 1);

    /// <summary>A tile, given its <see cref="FirstHalf"/>.</summary>
    public static QuadTile Tile(ArrayView<FloatQuad> signs, int firstHalf)
    {
        // Two quads as one structure, so that a single address serves both.
        var halves = signs.Cast<EightSums>();
        var first = halves[firstHalf];
        var second = halves[firstHalf ^ 1];
        return new() { Row0 = first.Low, Row1 = first.High, Row2 = second.Low, Row3 = second.High };
    }

    /// <summary>Where <see cref="Fill"/> puts a group's inputs on a sample.</summary>
    public static int ForwardPlace<TInputs>(int group, int sample)
        where TInputs : struct, IInputs => TInputs.HasSamples ? sample : Place(group, sample);

    /// <summary>A group's inputs on the four samples of a tile, after <see cref="Fill"/>.</summary>
    public static QuadTile ForwardTile<TInputs>(ArrayView<FloatQuad> signs, int tile, int group)
        where TInputs : struct, IInputs =>
        TInputs.HasSamples ? signs.Cast<QuadTile>()[tile] : Tile(signs, FirstHalf(group, tile));

    private static int Groups(int from, int inputs) => (Math.Min(inputs - from, ForwardMemory.Inputs) + 3) >> 2;
}
