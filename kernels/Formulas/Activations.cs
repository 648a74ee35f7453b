using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Activations σ(z) of NUMERICS.md and their slopes; at a kink, the slope from the left.</summary>
internal static class Activations<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IArithmetic<TVec>
{
    /// <summary>σ and σ′ of a network's hidden units: the only place that selects an activation. An unknown activation gives NaN.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="z">Pre-activation.</param>
    /// <param name="k">Parity degree.</param>
    /// <param name="coefficients">Those of a polynomial activation.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Evaluated<TVec> Of<TCoefficients>(in LaunchShape shape, TVec z, int k, TCoefficients coefficients)
        where TCoefficients : struct, ICoefficients
    {
        if (shape.Model == (int)Model.Deep)
            return Squared(z);

        if (shape.Activation == (int)Activation.Relu)
            return Relu(z);

        if (shape.Activation == (int)Activation.Power)
            return Power(z, k);

        if (shape.Activation == (int)Activation.Zigzag)
            return Zigzag(z, k);

        if (shape.Activation == (int)Activation.Triangle)
            return Triangle(z, k);

        if (shape.Activation == (int)Activation.Sin)
            return Sin(z, k);

        TVec start = TReals.Broadcast(shape.Activation == (int)Activation.Polynomial ? 0f : float.NaN);
        var evaluated = new Evaluated<TVec> { Value = start, Slope = start };
        for (int power = k; power >= 0; power--)
            evaluated = Horner(evaluated, z, coefficients.At(power));

        return evaluated;
    }

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

    /// <summary>z² and 2z: the units of deep networks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Evaluated<TVec> Squared(TVec z) => new()
    {
        Value = TReals.Multiply(z, z),
        Slope = TReals.Multiply(z, TReals.Broadcast(2f)),
    };

    /// <summary>z^k and k·z^(k−1), by repeated multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Evaluated<TVec> Power(TVec z, int k)
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
    private static Evaluated<TVec> Zigzag(TVec z, int k)
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
    private static Evaluated<TVec> Triangle(TVec z, int k) => Linear(z, Piece(z, k), k);

    /// <summary>sin(z + (1 − k)·π/2) and cos(z + (1 − k)·π/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Evaluated<TVec> Sin(TVec z, int k)
    {
        var angle = Elementary<TVec, TReals>.Reduce(z);
        return new()
        {
            Value = Elementary<TVec, TReals>.Sine(angle, TReals.Broadcast(1 - k)),
            Slope = Elementary<TVec, TReals>.Sine(angle, TReals.Broadcast(2 - k)),
        };
    }

    /// <summary>One step of Horner's rule for a polynomial and its slope, from the highest coefficient down; starts at zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Evaluated<TVec> Horner(Evaluated<TVec> higher, TVec z, float coefficient) => new()
    {
        Slope = TReals.Fma(higher.Slope, z, higher.Value),
        Value = TReals.Fma(higher.Value, z, TReals.Broadcast(coefficient)),
    };

    /// <summary>Index m of the piece that contains z: −k + 2m &lt; z ≤ −k + 2m + 2.</summary>
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
        // The last bit of 1.5·2^23 + m − k is the parity of m − k. For NaN that bit depends on the device, so NaN counts as even.
        TVec parity = TReals.Add(TReals.Subtract(piece, TReals.Broadcast(k)), TReals.Broadcast(12582912f));
        parity = TReals.SelectGreater(parity, TReals.Broadcast(float.NegativeInfinity), parity, TReals.Broadcast(0f));
        TVec sign = TReals.ShiftLeft(parity, 31);
        TVec left = TReals.Fma(piece, TReals.Broadcast(2f), TReals.Broadcast(-k));
        TVec value = TReals.Xor(TReals.Broadcast(1f), sign);
        TVec slope = TReals.Xor(TReals.Broadcast(-1f), sign);
        return new Evaluated<TVec> { Value = TReals.Fma(slope, TReals.Subtract(z, left), value), Slope = slope };
    }
}
