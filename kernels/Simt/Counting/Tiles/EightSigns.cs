using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Signs of a group of four inputs for the eight samples of a team, each as (x₀, x₀x₁, x₀x₂, x₀x₃): with the first sign factored out, s_g = x₀·(((w₀
/// + w₁·x₀x₁) + w₂·x₀x₂) + w₃·x₀x₃) takes four operations instead of five and, because rounding is symmetric, has the bits of NUMERICS.md.
/// </summary>
internal struct EightSigns
{
    /// <summary>The bits of 1.</summary>
    public const uint One = 0x3F800000;

    public const uint SignBit = 0x80000000;

    private QuadTile low;
    private QuadTile high;

    /// <summary>
    /// Quad of a sample among the signs of a group of inputs. A warp has an even and an odd team, which lie apart so that they use different banks.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="word">Word of the pass.</param>
    /// <param name="sample">0 … 31, eight to a team.</param>
    public static int Place(in CountingPlan plan, int word, int sample) =>
        (word * CountingPlan.WordSignQuads) + ((sample >> 4) * CountingPlan.TeamSamples) + (sample & 7) + ((sample & 8) != 0 ? plan.OddSignQuads : 0);

    /// <summary>A team's signs, from its first four samples on.</summary>
    public static EightSigns Load(ArrayView<QuadTile> signs) => new() { low = signs[0], high = signs[1] };

    /// <summary>The signs of the sample whose bits lie <paramref name="up"/> places below the highest bit.</summary>
    public static FloatQuad Of(WordQuad inputs, int up)
    {
        uint first = ((inputs.W0 << up) & SignBit) | One;
        return new FloatQuad
        {
            X = Interop.IntAsFloat(first),
            Y = Interop.IntAsFloat(first ^ ((inputs.W1 << up) & SignBit)),
            Z = Interop.IntAsFloat(first ^ ((inputs.W2 << up) & SignBit)),
            W = Interop.IntAsFloat(first ^ ((inputs.W3 << up) & SignBit)),
        };
    }

    /// <summary>z + s_g for the weights of one neuron.</summary>
    /// <remarks>
    /// ILGPU loads last what is used first. One of the four high samples goes first, so that the low ones, which the assembler needs first, are loaded
    /// before the high ones; otherwise it spills twice as many registers where it has 96.
    /// </remarks>
    public readonly EightSums AddTo(EightSums z, FloatQuad weights)
    {
        float first = Add(z.High.X, weights, high.Row0);
        return new()
        {
            Low = new FloatQuad
            {
                X = Add(z.Low.X, weights, low.Row0),
                Y = Add(z.Low.Y, weights, low.Row1),
                Z = Add(z.Low.Z, weights, low.Row2),
                W = Add(z.Low.W, weights, low.Row3),
            },
            High = new FloatQuad
            {
                X = first,
                Y = Add(z.High.Y, weights, high.Row1),
                Z = Add(z.High.Z, weights, high.Row2),
                W = Add(z.High.W, weights, high.Row3),
            },
        };
    }

    /// <summary>z + s_g of one sample.</summary>
    public static float Add(float z, FloatQuad w, FloatQuad x) =>
        ExactMath.Fma(x.X, ExactMath.Fma(w.W, x.W, ExactMath.Fma(w.Z, x.Z, ExactMath.Fma(w.Y, x.Y, w.X))), z);
}
