using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Losses ℓ(y, f) of one sample, label y = ±1.</summary>
internal static class Losses<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IArithmetic<TVec>
{
    /// <summary>−∂ℓ/∂f of a <see cref="Loss"/>; NaN for an unknown one.</summary>
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

        return loss == (int)Loss.Correlation ? y : TReals.Broadcast(float.NaN);
    }

    /// <summary>Whether <see cref="Descent"/> is −1, 0 or 1, so that products with it are exact.</summary>
    public static bool HasUnitDescents(int loss) => loss is (int)Loss.Hinge or (int)Loss.Correlation;

    /// <summary>ℓ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Value(int loss, TVec y, TVec f)
    {
        TVec zero = TReals.Broadcast(0f);
        TVec one = TReals.Broadcast(1f);
        TVec margin = TReals.Multiply(y, f);
        if (loss == (int)Loss.Hinge)
            return TReals.SelectGreater(margin, one, zero, TReals.Subtract(one, margin)); // NaN stays NaN.

        if (loss == (int)Loss.Square)
        {
            TVec difference = TReals.Subtract(y, f);
            return TReals.Multiply(difference, difference);
        }

        TVec minus = TReals.Negate(margin);
        if (loss == (int)Loss.Logistic)
        {
            // NaN stays NaN: the logarithm below works on bits and would return a number.
            TVec larger = TReals.SelectGreater(margin, zero, zero, minus);
            TVec size = TReals.SelectGreater(margin, zero, minus, margin);
            return TReals.Add(
                larger, Elementary<TVec, TReals>.Log(TReals.Add(one, Elementary<TVec, TReals>.Exp(size))));
        }

        return loss == (int)Loss.Correlation ? minus : TReals.Broadcast(float.NaN);
    }
}
