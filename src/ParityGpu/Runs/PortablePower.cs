using System.Globalization;

namespace ParityGpu.Runs;

/// <summary>
/// Powers whose bits do not depend on the platform, unlike those of <see cref="Math.Pow"/>, which C libraries round differently: computed to 28
/// decimal digits, rounded once.
/// </summary>
internal static class PortablePower
{
    private const decimal Ln2 = 0.6931471805599453094172321215m;
    private const long SignificandUnits = 1L << 53;

    /// <summary>Exponents below 2^−90 count as 0.</summary>
    private const int LeastTwos = -90;
    private const int MostTwos = 10;

    /// <summary>i^exponent, correctly rounded except in one of millions of cases.</summary>
    /// <param name="number">i ≥ 1.</param>
    /// <param name="exponent">From −1000 to 1000.</param>
    public static double Of(int number, double exponent)
    {
        decimal power = Exact(exponent) * Ln(number);
        int twos = (int)decimal.Round(power / Ln2);
        decimal rest = power - (twos * Ln2);
        decimal sum = 1;
        decimal term = rest;
        for (int n = 2; term != 0; n++)
        {
            sum += term;
            term *= rest / n;
        }

        return Math.ScaleB(double.Parse(sum.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), twos);
    }

    /// <summary>All digits of a double; a conversion would take 15.</summary>
    private static decimal Exact(double value)
    {
        int twos = Math.Clamp(Math.ILogB(value) + 1, LeastTwos, MostTwos);
        decimal significand = (decimal)(long)(Math.ScaleB(value, -twos) * SignificandUnits) / SignificandUnits;
        return significand * (decimal)Math.ScaleB(1, twos);
    }

    /// <summary>ln i = e·ln 2 + 2·artanh((m − 1)/(m + 1)), i = m·2^e, m at most 4/3.</summary>
    private static decimal Ln(int number)
    {
        decimal m = number;
        int twos = 0;
        for (; m * 3 > 4; twos++)
            m /= 2;

        decimal ratio = (m - 1) / (m + 1);
        decimal odd = ratio;
        decimal sum = 0;
        for (int n = 1; odd != 0; n += 2)
        {
            sum += odd / n;
            odd *= ratio * ratio;
        }

        return (twos * Ln2) + (2 * sum);
    }
}
