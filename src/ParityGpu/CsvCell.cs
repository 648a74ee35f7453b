using System.Globalization;

namespace ParityGpu;

/// <summary>Cells of comma-separated values (RFC 4180).</summary>
internal static class CsvCell
{
    /// <summary>A number as a cell: inf, -inf and NaN are spelled as in C, which pandas, R and DuckDB read.</summary>
    public static string Of(double number) => number switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A value as a cell; nothing for null.</summary>
    public static string OfValue(object? value) => value switch
    {
        double number => Of(number),
        float number when !float.IsFinite(number) => Of(number),
        _ => Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>The text as a cell: quoted, with its own quotes doubled, where it would otherwise be misread.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
