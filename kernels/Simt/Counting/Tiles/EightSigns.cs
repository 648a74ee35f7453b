using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Signs of a group of four inputs for the eight samples of a team, each as (x₀, x₀x₁, x₀x₂, x₀x₃): with the first sign factored out, s_g = x₀·(((w₀
/// + w₁·x₀x₁) + w₂·x₀x₂) + w₃·x₀x₃) takes four operations instead of five and, because rounding is symmetric, has the bits of NUMERICS.md.
/// </summary>
public struct EightSigns
{
    /// <summary>The bits of 1.</summary>
    public const uint One = 0x3F800000;

    public const uint SignBit = 0x80000000;

    public FloatQuad X0;
    public FloatQuad X1;
    public FloatQuad X2;
    public FloatQuad X3;
    public FloatQuad X4;
    public FloatQuad X5;
    public FloatQuad X6;
    public FloatQuad X7;

    /// <summary>
    /// Quad of a sample among the signs of a group of inputs. A warp has an even and an odd team, which lie apart so that they use different banks.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="word">Word of the pass.</param>
    /// <param name="sample">0 … 31, eight to a team.</param>
    public static int Place(in CountingPlan plan, int word, int sample) =>
        (word * CountingPlan.WordSignQuads) + ((sample >> 4) * CountingPlan.TeamSamples) + (sample & 7) + ((sample & 8) != 0 ? plan.OddSignQuads : 0);

    /// <summary>A team's signs, as one structure so that a single address serves all accesses.</summary>
    /// <param name="quads">Where the signs are.</param>
    /// <param name="at">Quad of the team's first sample.</param>
    public static EightSigns Load(ArrayView<FloatQuad> quads, int at) => quads.SubView(at, CountingPlan.TeamSamples).Cast<EightSigns>()[0];

    /// <summary>The signs of the sample whose bits lie <paramref name="up"/> places below the highest bit.</summary>
    internal static FloatQuad Of(WordQuad inputs, int up)
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
    internal readonly EightSums AddTo(EightSums z, FloatQuad weights) => new()
    {
        Low = new FloatQuad
        {
            X = Add(z.Low.X, weights, X0),
            Y = Add(z.Low.Y, weights, X1),
            Z = Add(z.Low.Z, weights, X2),
            W = Add(z.Low.W, weights, X3),
        },
        High = new FloatQuad
        {
            X = Add(z.High.X, weights, X4),
            Y = Add(z.High.Y, weights, X5),
            Z = Add(z.High.Z, weights, X6),
            W = Add(z.High.W, weights, X7),
        },
    };

    /// <summary>z + s_g of one sample.</summary>
    public static float Add(float z, FloatQuad w, FloatQuad x) =>
        ExactMath.Fma(x.X, ExactMath.Fma(w.W, x.W, ExactMath.Fma(w.Z, x.Z, ExactMath.Fma(w.Y, x.Y, w.X))), z);
}
