using System.Text.Encodings.Web;
using System.Text.Json;

namespace ParityGpu.Cli.Export;

/// <summary>A JSON object per line. A missing value is null, and so are NaN and infinity, which JSON has no numbers for.</summary>
internal sealed class JsonlRows : TextRows, IDisposable
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

    protected override void WriteCells(in ExportRow row)
    {
        Span<byte> number = stackalloc byte[MaxNumberBytes];
        json.Reset();
        json.WriteStartObject();
        for (int i = 0; i < columns.Count; i++)
        {
            json.WritePropertyName(names[i]);
            switch (columns[i].Value(row))
            {
                case string text:
                    json.WriteStringValue(text);
                    break;
                case null or double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity:
                    json.WriteNullValue();
                    break;
                case object value:
                    json.WriteRawValue(Format(value, number), skipInputValidation: true);
                    break;
            }
        }

        json.WriteEndObject();
        json.Flush();
    }
}
