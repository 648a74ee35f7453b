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

    private FloatQuad x0;
    private FloatQuad x1;
    private FloatQuad x2;
    private FloatQuad x3;
    private FloatQuad x4;
    private FloatQuad x5;
    private FloatQuad x6;
    private FloatQuad x7;

    /// <summary>
    /// Quad of a sample among the signs of a group of inputs. A warp has an even and an odd team, which lie apart so that they use different banks.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="word">Word of the pass.</param>
    /// <param name="sample">0 … 31, eight to a team.</param>
    public static int Place(in CountingPlan plan, int word, int sample) =>
        (word * CountingPlan.WordSignQuads) + ((sample >> 4) * CountingPlan.TeamSamples) + (sample & 7) + ((sample & 8) != 0 ? plan.OddSignQuads : 0);

    /// <summary>A team's signs, from its first sample's place on.</summary>
    public static EightSigns Load(ArrayView<FloatQuad> signs) => new()
    {
        x0 = signs[0],
        x1 = signs[1],
        x2 = signs[2],
        x3 = signs[3],
        x4 = signs[4],
        x5 = signs[5],
        x6 = signs[6],
        x7 = signs[7],
    };

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
    public readonly EightSums AddTo(EightSums z, FloatQuad weights) => new()
    {
        Low = new FloatQuad
        {
            X = Add(z.Low.X, weights, x0),
            Y = Add(z.Low.Y, weights, x1),
            Z = Add(z.Low.Z, weights, x2),
            W = Add(z.Low.W, weights, x3),
        },
        High = new FloatQuad
        {
            X = Add(z.High.X, weights, x4),
            Y = Add(z.High.Y, weights, x5),
            Z = Add(z.High.Z, weights, x6),
            W = Add(z.High.W, weights, x7),
        },
    };

    /// <summary>z + s_g of one sample.</summary>
    public static float Add(float z, FloatQuad w, FloatQuad x) =>
        ExactMath.Fma(x.X, ExactMath.Fma(w.W, x.W, ExactMath.Fma(w.Z, x.Z, ExactMath.Fma(w.Y, x.Y, w.X))), z);
}
