using System.Globalization;
using System.Numerics;
using System.Text.Json;
using ParityGpu.Cli.Terminal;

namespace ParityGpu.Cli.Theory;

/// <summary>One field of a result's rows.</summary>
/// <param name="Name">In JSON and CSV.</param>
/// <param name="Value">A string, number of any size, flag, list of numbers or null.</param>
/// <param name="Heading">Column of the text table, or null to leave it out there.</param>
/// <param name="Text">The cell of the text table; the value itself if null.</param>
internal sealed record Field<T>(string Name, Func<T, object?> Value, string? Heading = null, Func<T, string>? Text = null);

/// <summary>A result as rows of fields: an aligned table, a JSON array of objects, or CSV.</summary>
internal sealed class ResultTable<T>(params Field<T>[] fields)
{
    public void Write(TextWriter output, string format, IReadOnlyList<T> rows)
    {
        switch (format)
        {
            case "json":
                JsonOutput.Write(output, json => WriteJson(json, rows));
                break;
            case "csv":
                output.WriteLine(string.Join(',', fields.Select(field => field.Name)));
                foreach (T row in rows)
                    output.WriteLine(string.Join(',', fields.Select(field => Plain(field.Value(row)))));

                break;
            default:
                WriteText(output, rows);
                break;
        }
    }

    private void WriteText(TextWriter output, IReadOnlyList<T> rows)
    {
        Field<T>[] shown = [.. fields.Where(field => field.Heading is not null)];
        var table = new TextTable([.. shown.Select(field => field.Heading!)]);
        foreach (T row in rows)
            table.Add([.. shown.Select(field => field.Text?.Invoke(row) ?? Plain(field.Value(row)))]);

        table.Write(output);
    }

    private void WriteJson(Utf8JsonWriter json, IReadOnlyList<T> rows)
    {
        json.WriteStartArray();
        foreach (T row in rows)
        {
            json.WriteStartObject();
            foreach (Field<T> field in fields)
            {
                json.WritePropertyName(field.Name);
                object? value = field.Value(row);
                if (value is BigInteger integer)
                    json.WriteRawValue(integer.ToString(CultureInfo.InvariantCulture));
                else
                    JsonSerializer.Serialize(json, value is double number && !double.IsFinite(number) ? null : value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Plain(object? value) => value switch
    {
        IReadOnlyList<double> list => string.Join(' ', list.Select(number => Plain(number))),
        bool flag => flag ? "true" : "false",
        _ => CsvCell.OfValue(value),
    };
}
