using System.Numerics;

namespace ParityGpu.PtxMachine;

internal readonly struct Move<T> : IUnary<T, T>
{
    public static T Of(T a) => a;
}

internal readonly struct Convert<TFrom, TTo> : IUnary<TFrom, TTo>
    where TFrom : INumber<TFrom>
    where TTo : INumber<TTo>
{
    public static TTo Of(TFrom a) => TTo.CreateTruncating(a);
}

/// <summary>Towards zero; the nearest integer beyond the range, 0 for NaN.</summary>
internal readonly struct Truncate<TFrom> : IUnary<TFrom, int>
    where TFrom : INumber<TFrom>
{
    public static int Of(TFrom a) => int.CreateSaturating(a);
}

/// <summary>The low byte, kept in a word.</summary>
internal readonly struct LowByte : IUnary<uint, uint>
{
    public static uint Of(uint a) => (byte)a;
}

internal readonly struct Negate<T> : IUnary<T, T>
    where T : INumber<T>
{
    public static T Of(T a) => -a;
}

internal readonly struct Not<T> : IUnary<T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a) => ~a;
}

internal readonly struct CountOnes<T> : IUnary<T, uint>
    where T : IBinaryInteger<T>
{
    public static uint Of(T a) => uint.CreateTruncating(T.PopCount(a));
}

internal readonly struct Add<T> : IBinary<T, T, T>
    where T : INumber<T>
{
    public static T Of(T a, T b) => Numbers.Canonical(a + b);
}

internal readonly struct Subtract<T> : IBinary<T, T, T>
    where T : INumber<T>
{
    public static T Of(T a, T b) => Numbers.Canonical(a - b);
}

internal readonly struct Multiply<T> : IBinary<T, T, T>
    where T : INumber<T>
{
    public static T Of(T a, T b) => Numbers.Canonical(a * b);
}

/// <summary>The whole product of two 32-bit integers.</summary>
internal readonly struct MultiplyWide<T, TResult> : IBinary<T, T, TResult>
    where T : IBinaryInteger<T>
    where TResult : IBinaryInteger<TResult>
{
    public static TResult Of(T a, T b) => TResult.CreateTruncating(a) * TResult.CreateTruncating(b);
}

internal readonly struct Divide<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => a / b;
}

internal readonly struct Remainder<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => a % b;
}

internal readonly struct Smaller<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => T.Min(a, b);
}

internal readonly struct Larger<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => T.Max(a, b);
}

internal readonly struct And<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => a & b;
}

internal readonly struct Or<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => a | b;
}

internal readonly struct Xor<T> : IBinary<T, T, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b) => a ^ b;
}

/// <summary>Bits that are shifted out at the left are lost: all of them from the width of the type on.</summary>
internal readonly struct ShiftLeft<T> : IBinary<T, uint, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, uint b) => b < Numbers.Bits<T>() ? a << (int)b : T.Zero;
}

/// <summary>Arithmetic for signed types; from the width of the type on as far as it goes.</summary>
internal readonly struct ShiftRight<T> : IBinary<T, uint, T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, uint b) =>
        b < Numbers.Bits<T>() ? a >> (int)b : T.IsNegative(a) ? -T.One : T.Zero;
}

internal readonly struct MultiplyAdd<T> : ITernary<T>
    where T : IBinaryInteger<T>
{
    public static T Of(T a, T b, T c) => (a * b) + c;
}

/// <summary>a·b + c, rounded once.</summary>
internal readonly struct FusedAdd<T> : ITernary<T>
    where T : IFloatingPointIeee754<T>
{
    public static T Of(T a, T b, T c) => Numbers.Canonical(T.FusedMultiplyAdd(a, b, c));
}

/// <summary>a·b − c, rounded once.</summary>
internal readonly struct FusedSubtract<T> : ITernary<T>
    where T : IFloatingPointIeee754<T>
{
    public static T Of(T a, T b, T c) => Numbers.Canonical(T.FusedMultiplyAdd(a, b, -c));
}

/// <summary>c − a·b, rounded once.</summary>
internal readonly struct FusedNegatedAdd<T> : ITernary<T>
    where T : IFloatingPointIeee754<T>
{
    public static T Of(T a, T b, T c) => Numbers.Canonical(T.FusedMultiplyAdd(-a, b, c));
}

internal readonly struct Equal<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a == b;
}

/// <summary>Different, and neither of them NaN.</summary>
internal readonly struct Different<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a < b || a > b;
}

internal readonly struct Less<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a < b;
}

internal readonly struct LessOrEqual<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a <= b;
}

internal readonly struct Greater<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a > b;
}

internal readonly struct GreaterOrEqual<T> : IBinary<T, T, bool>
    where T : INumber<T>
{
    public static bool Of(T a, T b) => a >= b;
}

/// <summary>The contrary of a comparison: with <see cref="GreaterOrEqual{T}"/>, less or one of them NaN.</summary>
internal readonly struct Contrary<T, TComparison> : IBinary<T, T, bool>
    where TComparison : struct, IBinary<T, T, bool>
{
    public static bool Of(T a, T b) => !TComparison.Of(a, b);
}
