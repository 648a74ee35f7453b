namespace ParityGpu.Statistics;

/// <summary>Fractions as percentages for people to read.</summary>
public static class Percentage
{
    /// <summary>
    /// 100·<paramref name="fraction"/>, rounded, but never to 100 or 0 unless it is exactly that: 999,993 solved runs of a million are 99.99 %.
    /// </summary>
    /// <param name="fraction">From 0 to 1, or NaN.</param>
    /// <param name="format">Digits as in <see cref="double.ToString(string)"/>, such as 0.0 or 0.##.</param>
    public static string Of(double fraction, string format = "0.0")
    {
        int decimals = format.Contains('.') ? format.Length - format.IndexOf('.') - 1 : 0;
        double least = Math.Pow(10, -decimals);
        double percent = Math.Round(100 * fraction, decimals);
        if (fraction < 1 && percent >= 100)
            percent = 100 - least;
        else if (fraction > 0 && percent <= 0)
            percent = least;

        return percent.ToString(format);
    }
}
