using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// The updates of one parameter w by its gradient G = −Σ_b ∂ℓ_b/∂w, with step size s and decay d (NUMERICS.md, optimizers).
/// </summary>
internal static class Optimizers<TVec, TReals>
    where TVec : unmanaged
    where TReals : struct, IArithmetic<TVec>
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

    /// <summary>The new moment β·m + (1−β)·g of Adam; <paramref name="rest"/> is 1−β, rounded from the float β.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Moment(TVec moment, TVec gradient, TVec beta, TVec rest) =>
        TReals.Fma(beta, moment, TReals.Multiply(rest, gradient));

    /// <summary>Adam's √(v·c₂) + ε.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec AdamDenominator(TVec second, TVec correction2, TVec epsilon) =>
        Elementary<TVec, TReals>.SquareRootPlus(TReals.Multiply(second, correction2), epsilon);

    /// <summary>Adam's direction (m·c₁)/(√(v·c₂) + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec AdamDirection(TVec first, TVec correction1, TVec denominator) =>
        TReals.Multiply(TReals.Multiply(first, correction1), Elementary<TVec, TReals>.Reciprocal(denominator));
}
