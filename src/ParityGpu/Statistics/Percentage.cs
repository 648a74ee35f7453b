namespace ParityGpu.Statistics;

/// <summary>Fractions as percentages for people to read.</summary>
public static class Percentage
{
    private const int MostDecimals = 9;

    /// <summary>
    /// 100·<paramref name="fraction"/>, rounded, but with as many more decimals as it takes not to be 100 or 0 unless it is exactly that: 999,993
    /// solved runs of a million are 99.999 %.
    /// </summary>
    /// <param name="fraction">From 0 to 1, or NaN.</param>
    /// <param name="format">Digits as in <see cref="double.ToString(string)"/>, such as 0.0 or 0.##.</param>
    public static string Of(double fraction, string format = "0.0")
    {
        string text = (100 * fraction).ToString(format);
        for (int decimals = 1; decimals <= MostDecimals && IsWrongEnd(fraction, text); decimals++)
            text = (100 * fraction).ToString($"F{decimals}");

        return text;
    }

    private static bool IsWrongEnd(double fraction, string text) =>
        double.TryParse(text, out double shown) && ((shown >= 100 && fraction < 1) || (shown <= 0 && fraction > 0));
}
