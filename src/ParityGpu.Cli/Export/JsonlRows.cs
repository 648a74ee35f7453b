using System.Text.Encodings.Web;
using System.Text.Json;

namespace ParityGpu.Cli.Export;

/// <summary>A JSON object per line. A missing value is null, and so are NaN and infinity, which JSON has no numbers for.</summary>
internal sealed class JsonlRows : TextRows, ICellWriter, IDisposable
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly IReadOnlyList<ExportColumn> columns;
    private readonly JsonEncodedText[] names;
    private readonly Utf8JsonWriter json;

    public JsonlRows(IReadOnlyList<ExportColumn> columns, Stream output)
        : base(output)
    {
        this.columns = columns;
        names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name, Encoder))];
        json = new Utf8JsonWriter(Lines, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });
    }

    public void Dispose() => json.Dispose();

    public void Number<T>(T? value)
        where T : struct, IUtf8SpanFormattable
    {
        if (value is { } number && number is not (double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity))
            json.WriteRawValue(Format(number, stackalloc byte[MaxNumberBytes]), skipInputValidation: true);
        else
            json.WriteNullValue();
    }

    public void Text(string value) => json.WriteStringValue(value);

    protected override void WriteCells(in ExportRow row)
    {
        json.Reset();
        json.WriteStartObject();
        for (int i = 0; i < columns.Count; i++)
        {
            json.WritePropertyName(names[i]);
            columns[i].Write(row, this);
        }

        json.WriteEndObject();
        json.Flush();
    }
}
