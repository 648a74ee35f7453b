using System.Runtime.CompilerServices;
using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// How far outputs are from labels, as an integer: for labels ±1, the number of errors; for real labels, the bits of the float Σ_b (y_b − f_b)²,
/// which sort as the sums do. A NaN counts as infinite, because its bits differ between devices.
/// </summary>
public static class Misfit
{
    private const uint Infinity = 0x7F800000;

    /// <summary>The sum of squares that a misfit of real labels stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSum(int misfit) => Interop.IntAsFloat((uint)misfit);

    /// <summary>The misfit of a sum of squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfSum(float sum) => (int)Math.Min(Interop.FloatAsInt(sum) & 0x7FFFFFFFu, Infinity);

    /// <summary>The misfit of two sets of samples together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(in RunSettings settings, int misfit, int more) =>
        settings.Monomials > 0 ? OfSum(ToSum(misfit) + ToSum(more)) : misfit + more;
}
