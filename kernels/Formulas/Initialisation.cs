using System.Runtime.CompilerServices;
using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Turns random words into initial parameters, in canonical arithmetic.</summary>
public static class Initialisation
{
    private const uint SignBit = 0x80000000u;

    /// <summary>One parameter from one random word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Draw(int distribution, float scale, uint word)
    {
        if (distribution == (int)InitialDistribution.Sign)
            return WithSign(scale, word);

        // The top bit gives the sign, the bits below it the noise.
        bool isNoisySign = distribution == (int)InitialDistribution.NoisySign;
        float unit = OpenUniform(isNoisySign ? word << 1 : word);
        float drawn = (isNoisySign || distribution == (int)InitialDistribution.Normal ? NormalQuantile(unit) : unit) * scale;
        return isNoisySign ? WithSign(1f, word) + drawn : drawn;
    }

    /// <summary>A positive number, given the word's top bit as its sign.</summary>
    private static float WithSign(float magnitude, uint word) => Interop.IntAsFloat(Interop.FloatAsInt(magnitude) | (word & SignBit));

    /// <summary>
    /// The top 24 bits of a word as an odd multiple of 2^−24: symmetric on (−1, 1), never 0 or ±1, exact.
    /// </summary>
    private static float OpenUniform(uint word) => ((2 * (int)(word >> 8)) + 1 - (1 << 24)) * (1f / (1 << 24));

    /// <summary>
    /// √2·erf⁻¹(x): a standard Gaussian for x uniform on (−1, 1). Polynomials of M. Giles, "Approximating the erfinv
    /// function" (GPU Computing Gems, 2010). Within 2e−6 of the exact quantile everywhere (InitialisationTests).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float NormalQuantile(float x)
    {
        float w = -Log((1f - x) * (1f + x));

        // Selects numbers instead of branching, so that a warp does not diverge.
        bool central = w < 5f;
        float outer = SquareRoot(w) - 3f;
        w = central ? w - 2.5f : outer;
        float p = central ? 2.81022636e-08f : -0.000200214257f;
        p = ExactMath.Fma(p, w, central ? 3.43273939e-07f : 0.000100950558f);
        p = ExactMath.Fma(p, w, central ? -3.5233877e-06f : 0.00134934322f);
        p = ExactMath.Fma(p, w, central ? -4.39150654e-06f : -0.00367342844f);
        p = ExactMath.Fma(p, w, central ? 0.00021858087f : 0.00573950773f);
        p = ExactMath.Fma(p, w, central ? -0.00125372503f : -0.0076224613f);
        p = ExactMath.Fma(p, w, central ? -0.00417768164f : 0.00943887047f);
        p = ExactMath.Fma(p, w, central ? 0.246640727f : 1.00167406f);
        p = ExactMath.Fma(p, w, central ? 1.50140941f : 2.83297682f);
        return p * x * 1.41421356f;
    }

    /// <summary>
    /// Natural logarithm of a normal positive float: exponent and mantissa separately, then the series of 2·artanh((m−1)/(m+1)) on m in [√½, √2). The
    /// quotient comes from fused multiply-adds because OpenCL does not promise correctly rounded division.
    /// </summary>
    private static float Log(float x)
    {
        int bits = (int)Interop.FloatAsInt(x);
        int exponent = (bits - 0x3F3504F3) >> 23;
        float m = Interop.IntAsFloat((uint)(bits - (exponent << 23)));
        float s = (m - 1f) * Reciprocal(m + 1f);
        float z = s * s;
        float p = 0.22222222f;
        p = ExactMath.Fma(p, z, 0.28571429f);
        p = ExactMath.Fma(p, z, 0.4f);
        p = ExactMath.Fma(p, z, 0.66666667f);
        float series = ExactMath.Fma(p * z, s, 2f * s);
        return ExactMath.Fma(exponent, 0.69314718f, series);
    }

    /// <summary>1/x for x in [1.7, 2.5], by Newton's iteration from a linear estimate.</summary>
    private static float Reciprocal(float x)
    {
        float y = ExactMath.Fma(x, -0.235f, 0.97f);
        for (int i = 0; i < 3; i++)
            y = ExactMath.Fma(ExactMath.Fma(-x, y, 1f), y, y);

        return y;
    }

    /// <summary>√x for x in [5, 18] (meaningless elsewhere), by Newton's iteration for 1/√x from a linear estimate.</summary>
    private static float SquareRoot(float x)
    {
        float y = ExactMath.Fma(x, -0.0155f, 0.5f);
        for (int i = 0; i < 5; i++)
        {
            float residual = ExactMath.Fma(-x * y, y, 1f);
            y = ExactMath.Fma(0.5f * y, residual, y);
        }

        return x * y;
    }
}
