namespace ParityGpu.Kernels;

/// <summary>
/// The real arithmetic of the canon on one register of floats (NUMERICS.md): a vector register of the SIMD bodies or the single
/// float of a GPU thread. Formulas written over this interface have the same bits on every device.
/// </summary>
internal interface IArithmetic<TVec>
    where TVec : unmanaged
{
    static abstract TVec Broadcast(float value);

    static abstract TVec BroadcastWord(uint value);

    static abstract TVec Add(TVec a, TVec b);

    static abstract TVec Subtract(TVec a, TVec b);

    static abstract TVec Multiply(TVec a, TVec b);

    /// <summary>a with the other sign bit, NaN too on a CPU: compilers fold a minus into an fma, which keeps the sign of NaN.</summary>
    static abstract TVec Negate(TVec a);

    /// <summary>
    /// −a for a ≥ 0. On a CPU any NaN becomes the negative one: which of two NaNs a sum keeps depends on the order that compilers give it.
    /// </summary>
    static abstract TVec NegatePositive(TVec a);

    /// <summary>a·b + c with one rounding.</summary>
    static abstract TVec Fma(TVec a, TVec b, TVec c);

    /// <summary><paramref name="whenGreater"/> where a &gt; b; <paramref name="otherwise"/> elsewhere, also where a or b is NaN.</summary>
    static abstract TVec SelectGreater(TVec a, TVec b, TVec whenGreater, TVec otherwise);

    /// <summary>
    /// <paramref name="whenLess"/> where a &lt; b; <paramref name="otherwise"/> elsewhere, also where a or b is NaN. A constant must be the second
    /// operand here and in <see cref="SelectGreater"/>: ILGPU 1.5.3 swaps the operands of a comparison that starts with a constant, and the swapped
    /// comparison treats NaN as smaller.
    /// </summary>
    static abstract TVec SelectLess(TVec a, TVec b, TVec whenLess, TVec otherwise);

    /// <summary>Bitwise a AND b.</summary>
    static abstract TVec And(TVec a, TVec b);

    /// <summary>Bitwise a OR b.</summary>
    static abstract TVec Or(TVec a, TVec b);

    /// <summary>Bitwise a XOR b.</summary>
    static abstract TVec Xor(TVec a, TVec b);

    /// <summary>a + b on 32-bit integers.</summary>
    static abstract TVec AddWords(TVec a, TVec b);

    /// <summary>a − b on 32-bit integers.</summary>
    static abstract TVec SubtractWords(TVec a, TVec b);

    /// <summary>Bits shifted left.</summary>
    static abstract TVec ShiftLeft(TVec a, int bits);

    /// <summary>Bits shifted right, zeros from the left.</summary>
    static abstract TVec ShiftRight(TVec a, int bits);
}
