using System.Numerics;

namespace ParityGpu.Theory;

/// <summary>An exact rational number in lowest terms, its denominator positive.</summary>
public readonly record struct Fraction
{
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Fraction(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException();

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        Denominator = denominator / divisor;
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public static Fraction Abs(Fraction value) => new(BigInteger.Abs(value.Numerator), value.Denominator);

    public static Fraction operator -(Fraction a, Fraction b) =>
        new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction Subtract(Fraction left, Fraction right) => left - right;

    /// <summary>The nearest double up to two roundings; numerator and denominator must be below 2^1024.</summary>
    public double ToDouble() => (double)Numerator / (double)Denominator;

    /// <summary>Numerator/denominator, or the numerator alone for integers.</summary>
    public override string ToString() => Denominator.IsOne ? $"{Numerator}" : $"{Numerator}/{Denominator}";
}
