using System.Globalization;

namespace ParityGpu.Specs;

/// <summary>Integers as people write them: 1000, 1e3, 3.0.</summary>
internal static class WholeNumber
{
    /// <summary>Reads an integer; false if the text is not one or exceeds 64 bits.</summary>
    public static bool TryParse(string text, out long value)
    {
        bool whole = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue;
        value = whole ? (long)number : 0;
        return whole;
    }
}
