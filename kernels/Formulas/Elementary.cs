using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Elementary functions built from the canon's operations alone, so that they have the same bits on every device.</summary>
/// <typeparam name="TVec">One register of floats.</typeparam>
/// <typeparam name="TReals">Its arithmetic.</typeparam>
internal static class Elementary<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IArithmetic<TVec>
{
    /// <summary>1.5·2^23: adding and subtracting it rounds a number below 2^22 to the nearest integer, ties to even.</summary>
    private const float RoundingShift = 12582912f;

    /// <summary>The integer nearest to x·factor for products below 2^22; for larger products, a number near it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Round(TVec x, float factor)
    {
        TVec shift = TReals.Broadcast(RoundingShift);
        return TReals.Subtract(TReals.Fma(x, TReals.Broadcast(factor), shift), shift);
    }

    /// <summary>The smallest integer that is not below x, for |x| &lt; 2^22.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Ceiling(TVec x)
    {
        TVec rounded = Round(x, 1f);
        return TReals.SelectGreater(x, rounded, TReals.Add(rounded, TReals.Broadcast(1f)), rounded);
    }

    /// <summary>
    /// 1/x for normal x &gt; 0 below 2^126, within 2 units in the last place, by Newton's iteration from an estimate based on the exponent.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Reciprocal(TVec x)
    {
        // 0x7EF311C7 − bits is within 12 % of 1/x; each of the three iterations squares that error.
        TVec y = TReals.SubtractWords(Bits(0x7EF311C7u), x);
        TVec one = TReals.Broadcast(1f);
        TVec minus = TReals.NegatePositive(x);
        y = TReals.Fma(TReals.Fma(minus, y, one), y, y);
        y = TReals.Fma(TReals.Fma(minus, y, one), y, y);
        return TReals.Fma(TReals.Fma(minus, y, one), y, y);
    }

    /// <summary>√x + c for normal x &gt; 0, and c for smaller ones; the root is within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec SquareRootPlus(TVec x, TVec c)
    {
        TVec y = TReals.SubtractWords(Bits(0x5F375A86u), TReals.ShiftRight(x, 1));
        TVec half = TReals.Broadcast(0.5f);
        TVec one = TReals.Broadcast(1f);
        TVec minus = TReals.Negate(x);
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        TVec smallest = TReals.Broadcast(1.17549435e-38f);
        return TReals.SelectLess(x, smallest, c, TReals.Fma(x, y, c));
    }

    /// <summary>e^x, relative error below 2e−7, with x clamped to [−86, 86].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Exp(TVec x)
    {
        TVec most = TReals.Broadcast(86f);
        TVec least = TReals.Broadcast(-86f);
        x = TReals.SelectGreater(x, most, most, x);
        x = TReals.SelectLess(x, least, least, x);
        TVec n = Round(x, 1.44269504f);
        TVec r = TReals.Fma(n, TReals.Broadcast(-0.693359375f), x);
        r = TReals.Fma(n, TReals.Broadcast(2.12194440e-4f), r);
        TVec p = TReals.Broadcast(1.9875691500e-4f);
        p = TReals.Fma(p, r, TReals.Broadcast(1.3981999507e-3f));
        p = TReals.Fma(p, r, TReals.Broadcast(8.3334519073e-3f));
        p = TReals.Fma(p, r, TReals.Broadcast(4.1665795894e-2f));
        p = TReals.Fma(p, r, TReals.Broadcast(1.6666665459e-1f));
        p = TReals.Fma(p, r, TReals.Broadcast(5.0000001201e-1f));
        TVec one = TReals.Broadcast(1f);
        p = TReals.Fma(TReals.Multiply(p, r), r, TReals.Add(r, one));

        // The low bits of n + 1.5·2^23 are n; shift them into the exponent.
        TVec exponent = TReals.ShiftLeft(TReals.Add(n, TReals.Broadcast(RoundingShift)), 23);
        TVec power = TReals.AddWords(p, exponent);

        // Adds 0, or NaN where x is NaN: adding words to a NaN may turn it into a number, and a NaN's bits depend on the device.
        return TReals.Fma(x, TReals.Broadcast(0f), power);
    }

    /// <summary>Natural logarithm of a normal x &gt; 0, absolute error below 2e−7 near 1, relative error below 3e−7 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Log(TVec x)
    {
        // x = 2^e·m with m in [√½, √2): the exponent bits exceed those of √½ by e·2^23.
        TVec above = TReals.SubtractWords(x, Bits(0x3F3504F3u));
        TVec exponentBits = TReals.And(above, Bits(0xFF800000u));
        TVec m = TReals.SubtractWords(x, exponentBits);
        TVec biased = TReals.ShiftRight(TReals.AddWords(exponentBits, Bits(0x3F800000u)), 23);
        TVec e = TReals.Subtract(TReals.Or(biased, Bits(0x4B000000u)), TReals.Broadcast(8388608f + 127f));
        TVec one = TReals.Broadcast(1f);
        TVec s = TReals.Multiply(TReals.Subtract(m, one), Reciprocal(TReals.Add(m, one)));
        TVec z = TReals.Multiply(s, s);
        TVec p = TReals.Broadcast(0.22222222f);
        p = TReals.Fma(p, z, TReals.Broadcast(0.28571429f));
        p = TReals.Fma(p, z, TReals.Broadcast(0.4f));
        p = TReals.Fma(p, z, TReals.Broadcast(0.66666667f));
        TVec series = TReals.Fma(TReals.Multiply(p, z), s, TReals.Multiply(s, TReals.Broadcast(2f)));
        return TReals.Fma(e, TReals.Broadcast(0.69314718f), series);
    }

    /// <summary>sin(x + quarters·π/2), absolute error below 2e−7 for |x| &lt; 10^4; quarters is an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sine(TVec x, TVec quarters) => Sine(Reduce(x), quarters);

    /// <summary>x without the nearest multiple of π/2, for <see cref="Sine(ReducedAngle{TVec}, TVec)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReducedAngle<TVec> Reduce(TVec x)
    {
        TVec n = Round(x, 0.636619772f);

        // π/2 split into the nearest float and the remainder.
        TVec r = TReals.Fma(n, TReals.Broadcast(-1.57079637f), x);
        r = TReals.Fma(n, TReals.Broadcast(4.37113883e-8f), r);
        TVec z = TReals.Multiply(r, r);
        TVec sine = TReals.Broadcast(-1.9515295891e-4f);
        sine = TReals.Fma(sine, z, TReals.Broadcast(8.3321608736e-3f));
        sine = TReals.Fma(sine, z, TReals.Broadcast(-1.6666654611e-1f));
        sine = TReals.Fma(TReals.Multiply(sine, z), r, r);
        TVec one = TReals.Broadcast(1f);
        TVec cosine = TReals.Broadcast(2.443315711809948e-5f);
        cosine = TReals.Fma(cosine, z, TReals.Broadcast(-1.388731625493765e-3f));
        cosine = TReals.Fma(cosine, z, TReals.Broadcast(4.166664568298827e-2f));
        cosine = TReals.Fma(TReals.Multiply(cosine, z), z, TReals.Fma(z, TReals.Broadcast(-0.5f), one));
        return new() { Quarters = n, Sine = sine, Cosine = cosine };
    }

    /// <summary>sin(x + quarters·π/2) of an angle x that is reduced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sine(ReducedAngle<TVec> x, TVec quarters)
    {
        // The quadrant's low bit selects the function, its second bit the sign.
        TVec quadrant = TReals.Add(TReals.Add(x.Quarters, quarters), TReals.Broadcast(RoundingShift));
        TVec odd = TReals.And(quadrant, Bits(1u));
        TVec mask = TReals.SubtractWords(Bits(0u), odd);
        TVec chosen = TReals.Xor(x.Sine, TReals.And(mask, TReals.Xor(x.Sine, x.Cosine)));
        TVec sign = TReals.ShiftLeft(TReals.And(quadrant, Bits(2u)), 30);
        return TReals.Xor(chosen, sign);
    }

    /// <summary>One word in every lane of a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Bits(uint word) => TReals.BroadcastWord(word);
}
