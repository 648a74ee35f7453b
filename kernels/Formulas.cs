using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Elementary functions from the canon's operations alone, so that they have the same bits on every device.</summary>
/// <typeparam name="TVec">One register of floats.</typeparam>
/// <typeparam name="TReals">Its arithmetic.</typeparam>
internal static class Elementary<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IReals<TVec>
{
    /// <summary>1.5·2^23: adding and subtracting it rounds a number below 2^22 to the nearest integer, ties to even.</summary>
    private const float RoundingShift = 12582912f;

    /// <summary>The integer nearest to x·factor, for products below 2^22; of a larger one, a number near it.</summary>
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

    /// <summary>1/x for normal |x| below 2^126, within 2 units in the last place, by Newton's iteration from a guess by the exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Reciprocal(TVec x)
    {
        // 0x7EF311C7 − bits is within 12 % of 1/x; three iterations square that three times.
        TVec sign = TReals.And(x, Bits(0x80000000u));
        TVec magnitude = TReals.Xor(x, sign);
        TVec y = TReals.SubtractWords(Bits(0x7EF311C7u), magnitude);
        TVec one = TReals.Broadcast(1f);
        TVec minus = TReals.Xor(magnitude, Bits(0x80000000u));
        y = TReals.Fma(TReals.Fma(minus, y, one), y, y);
        y = TReals.Fma(TReals.Fma(minus, y, one), y, y);
        y = TReals.Fma(TReals.Fma(minus, y, one), y, y);
        return TReals.Or(y, sign);
    }

    /// <summary>√x + c for normal x &gt; 0, and c for smaller ones; the root is within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec SquareRootPlus(TVec x, TVec c)
    {
        TVec y = TReals.SubtractWords(Bits(0x5F375A86u), TReals.ShiftRight(x, 1));
        TVec half = TReals.Broadcast(0.5f);
        TVec one = TReals.Broadcast(1f);
        TVec minus = TReals.Xor(x, Bits(0x80000000u));
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        y = TReals.Fma(TReals.Multiply(half, y), TReals.Fma(TReals.Multiply(minus, y), y, one), y);
        TVec smallest = TReals.Broadcast(1.17549435e-38f);
        return TReals.SelectLess(x, smallest, c, TReals.Fma(x, y, c));
    }

    /// <summary>e^x, relative error below 2e−7, with x cut to [−86, 86].</summary>
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

        // n as the low bits of n + 1.5·2^23, moved to the exponent.
        TVec exponent = TReals.ShiftLeft(TReals.Add(n, TReals.Broadcast(RoundingShift)), 23);
        return TReals.AddWords(p, exponent);
    }

    /// <summary>Natural logarithm of a normal x &gt; 0, absolute error below 2e−7 near 1, relative error below 3e−7 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Log(TVec x)
    {
        // x = 2^e·m with m in [√½, √2): e·2^23 is what the exponent bits exceed those of √½ by.
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
    public static TVec Sine(TVec x, TVec quarters)
    {
        TVec n = Round(x, 0.636619772f);

        // π/2 as the nearest float and the rest.
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

        // The quadrant's low bit chooses the function, its second bit the sign.
        TVec quadrant = TReals.Add(TReals.Add(n, quarters), TReals.Broadcast(RoundingShift));
        TVec odd = TReals.And(quadrant, Bits(1u));
        TVec mask = TReals.SubtractWords(Bits(0u), odd);
        TVec chosen = TReals.Xor(sine, TReals.And(mask, TReals.Xor(sine, cosine)));
        TVec sign = TReals.ShiftLeft(TReals.And(quadrant, Bits(2u)), 30);
        return TReals.Xor(chosen, sign);
    }

    /// <summary>A register of one word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Bits(uint word) => TReals.BroadcastWord(word);
}

/// <summary>A function's value and slope.</summary>
internal struct Evaluated<TVec>
    where TVec : unmanaged
{
    public TVec Value;
    public TVec Slope;
}

/// <summary>Activations σ(z) of NUMERICS.md with their slopes; at a kink the slope is that from the left.</summary>
internal static class Activations<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IReals<TVec>
{
    /// <summary>z where z &gt; 0, else +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Relu(TVec z)
    {
        TVec zero = TReals.Broadcast(0f);
        return new Evaluated<TVec>
        {
            Value = TReals.SelectGreater(z, zero, z, zero),
            Slope = TReals.SelectGreater(z, zero, TReals.Broadcast(1f), zero),
        };
    }

    /// <summary>z^k and k·z^(k−1), by repeated multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Power(TVec z, int k)
    {
        TVec power = TReals.Broadcast(1f);
        for (int i = 1; i < k; i++)
            power = TReals.Multiply(power, z);

        return new Evaluated<TVec>
        {
            Value = TReals.Multiply(power, z),
            Slope = TReals.Multiply(power, TReals.Broadcast(k)),
        };
    }

    /// <summary>Linear between (s, ∏ of k signs with sum s) for s = −k, −k+2, …, k, continued beyond both ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Zigzag(TVec z, int k)
    {
        TVec piece = Piece(z, k);
        TVec zero = TReals.Broadcast(0f);
        TVec last = TReals.Broadcast(k - 1);
        piece = TReals.SelectLess(piece, zero, zero, piece);
        piece = TReals.SelectGreater(piece, last, last, piece);
        return Linear(z, piece, k);
    }

    /// <summary>The zigzag without ends: a wave of period 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Triangle(TVec z, int k) => Linear(z, Piece(z, k), k);

    /// <summary>sin(z + (1 − k)·π/2) and cos(z + (1 − k)·π/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Sin(TVec z, int k) => new()
    {
        Value = Elementary<TVec, TReals>.Sine(z, TReals.Broadcast(1 - k)),
        Slope = Elementary<TVec, TReals>.Sine(z, TReals.Broadcast(2 - k)),
    };

    /// <summary>One step of Horner's rule for a polynomial and its slope, from the highest coefficient down; starts at zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Horner(Evaluated<TVec> higher, TVec z, float coefficient) => new()
    {
        Slope = TReals.Fma(higher.Slope, z, higher.Value),
        Value = TReals.Fma(higher.Value, z, TReals.Broadcast(coefficient)),
    };

    /// <summary>Number m of the piece from −k + 2m to −k + 2m + 2 that z lies in, its left end excluded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Piece(TVec z, int k)
    {
        TVec place = TReals.Fma(z, TReals.Broadcast(0.5f), TReals.Broadcast(0.5f * k));
        return TReals.Subtract(Elementary<TVec, TReals>.Ceiling(place), TReals.Broadcast(1f));
    }

    /// <summary>The line through piece m: from v at its left end s with slope −v, where v = (−1)^(k−m).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Evaluated<TVec> Linear(TVec z, TVec piece, int k)
    {
        // 1.5·2^23 + m − k has the parity of m − k as its last bit.
        TVec parity = TReals.Add(TReals.Subtract(piece, TReals.Broadcast(k)), TReals.Broadcast(12582912f));
        TVec sign = TReals.ShiftLeft(parity, 31);
        TVec left = TReals.Fma(piece, TReals.Broadcast(2f), TReals.Broadcast(-k));
        TVec value = TReals.Xor(TReals.Broadcast(1f), sign);
        TVec slope = TReals.Xor(TReals.Broadcast(-1f), sign);
        return new Evaluated<TVec> { Value = TReals.Fma(slope, TReals.Subtract(z, left), value), Slope = slope };
    }
}

/// <summary>Losses ℓ(y, f) of one sample, label y = ±1.</summary>
internal static class Losses<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IReals<TVec>
{
    /// <summary>−∂ℓ/∂f; the loss is a <see cref="Loss"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Descent(int loss, TVec y, TVec f)
    {
        TVec one = TReals.Broadcast(1f);
        if (loss == (int)Loss.Hinge)
            return TReals.SelectLess(TReals.Multiply(y, f), one, y, TReals.Broadcast(0f));

        if (loss == (int)Loss.Square)
            return TReals.Multiply(TReals.Broadcast(2f), TReals.Subtract(y, f));

        if (loss == (int)Loss.Logistic)
        {
            TVec odds = Elementary<TVec, TReals>.Exp(TReals.Multiply(y, f));
            return TReals.Multiply(y, Elementary<TVec, TReals>.Reciprocal(TReals.Add(one, odds)));
        }

        return y;
    }

    /// <summary>ℓ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Value(int loss, TVec y, TVec f)
    {
        TVec zero = TReals.Broadcast(0f);
        TVec one = TReals.Broadcast(1f);
        TVec margin = TReals.Multiply(y, f);
        if (loss == (int)Loss.Hinge)
            return TReals.SelectLess(margin, one, TReals.Subtract(one, margin), zero);

        if (loss == (int)Loss.Square)
        {
            TVec difference = TReals.Subtract(y, f);
            return TReals.Multiply(difference, difference);
        }

        TVec minus = TReals.Xor(margin, TReals.BroadcastWord(0x80000000u));
        if (loss == (int)Loss.Logistic)
        {
            // Of no number it is no number: the logarithm below, made of bits, would be one.
            TVec larger = TReals.SelectGreater(margin, zero, zero, minus);
            TVec size = TReals.SelectGreater(margin, zero, minus, margin);
            return TReals.Add(
                larger, Elementary<TVec, TReals>.Log(TReals.Add(one, Elementary<TVec, TReals>.Exp(size))));
        }

        return minus;
    }
}

/// <summary>
/// The updates of one parameter w by its gradient G = −Σ_b ∂ℓ_b/∂w, with step size s and decay d (NUMERICS.md, optimizers).
/// </summary>
internal static class Optimizers<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IReals<TVec>
{
    /// <summary>w·d + s·G.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Descend(TVec w, TVec gradient, TVec step, TVec decay) =>
        TReals.Fma(step, gradient, TReals.Multiply(w, decay));

    /// <summary>−1, 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Sign(TVec gradient)
    {
        TVec zero = TReals.Broadcast(0f);
        TVec below = TReals.SelectLess(gradient, zero, TReals.Broadcast(-1f), zero);
        return TReals.SelectGreater(gradient, zero, TReals.Broadcast(1f), below);
    }

    /// <summary>The new moment β·m + (1−β)·g of Adam; (1−β) is rounded from the float β.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Moment(TVec moment, TVec gradient, TVec beta) =>
        TReals.Fma(beta, moment, TReals.Multiply(TReals.Subtract(TReals.Broadcast(1f), beta), gradient));

    /// <summary>Adam's direction (m·c₁)/(√(v·c₂) + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec AdamDirection(TVec first, TVec second, TVec correction1, TVec correction2, TVec epsilon)
    {
        TVec root = Elementary<TVec, TReals>.SquareRootPlus(TReals.Multiply(second, correction2), epsilon);
        return TReals.Multiply(TReals.Multiply(first, correction1), Elementary<TVec, TReals>.Reciprocal(root));
    }
}
