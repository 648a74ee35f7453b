namespace ParityGpu;

/// <summary>Cells of comma-separated values (RFC 4180).</summary>
internal static class CsvCell
{
    /// <summary>The text as a cell: in quotes, and its own quotes doubled, where it would be taken for something else.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
