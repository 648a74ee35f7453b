using System.Buffers;

namespace ParityGpu.Cli.Export;

/// <summary>Rows as lines of UTF-8, flushed in pieces.</summary>
/// <param name="output">Receives them.</param>
internal abstract class TextRows(Stream output) : IRowWriter
{
    /// <summary>Longest number in bytes: sign, 17 digits, point, exponent.</summary>
    protected const int MaxNumberBytes = 32;

    private const int FlushBytes = 1 << 16;

    /// <summary>Lines that have not been flushed yet.</summary>
    protected ArrayBufferWriter<byte> Lines { get; } = new(2 * FlushBytes);

    public void Write(in ExportRow row)
    {
        WriteCells(row);
        Lines.Write("\n"u8);
        if (Lines.WrittenCount >= FlushBytes)
            HandOn();
    }

    public void Finish() => HandOn();

    protected abstract void WriteCells(in ExportRow row);

    /// <summary>
    /// The shortest text of a number that reads back the same. Real numbers, even whole ones, have a
    /// point or an exponent, so that readers infer the column's type correctly.
    /// </summary>
    /// <param name="value">A number; NaN and infinity are NaN, inf and -inf.</param>
    /// <param name="text">Room for <see cref="MaxNumberBytes"/>.</param>
    protected static ReadOnlySpan<byte> Format(object value, Span<byte> text)
    {
        ((IUtf8SpanFormattable)value).TryFormat(text, out int length, [], provider: null);
        if (text[length - 1] is (byte)'N' or (byte)'y')
            return text[length - 1] == 'N' ? "NaN"u8 : text[0] == '-' ? "-inf"u8 : "inf"u8;

        if (value is double or float && text[..length].IndexOfAny(".E"u8) < 0)
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        return text[..length];
    }

    private void HandOn()
    {
        output.Write(Lines.WrittenSpan);
        Lines.ResetWrittenCount();
    }
}
