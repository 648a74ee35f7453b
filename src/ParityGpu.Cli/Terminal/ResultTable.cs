using System.Text.Json;

namespace ParityGpu.Cli.Terminal;

/// <summary>One field of a result's rows.</summary>
/// <param name="Name">Its name in JSON and CSV, or null to omit it there.</param>
/// <param name="Value">A string, number of any size, flag, list of numbers or null.</param>
/// <param name="Heading">Its column of the text table, or null to omit it there.</param>
/// <param name="Text">The cell of the text table; the value itself if null.</param>
internal sealed record Field<T>(string? Name, Func<T, object?> Value, string? Heading = null, Func<T, string>? Text = null);

/// <summary>A result as rows of fields: an aligned table, a JSON array of objects, or CSV.</summary>
internal sealed class ResultTable<T>(params IReadOnlyList<Field<T>> fields)
{
    private readonly Field<T>[] named = [.. fields.Where(field => field.Name is not null)];

    /// <summary>Headings of columns of words; the others are numbers.</summary>
    public HashSet<string> Left { get; init; } = [];

    /// <summary>Number of columns on the left of the text table that tell rows apart.</summary>
    public int Keys { get; init; } = 1;

    public void Write(TextWriter output, string format, IReadOnlyList<T> rows)
    {
        switch (format)
        {
            case "json":
                JsonOutput.Write(output, json => WriteJson(json, rows));
                break;
            case "csv":
                output.WriteLine(string.Join(',', named.Select(field => field.Name)));
                foreach (T row in rows)
                    output.WriteLine(string.Join(',', named.Select(field => Plain(field.Value(row)))));

                break;
            default:
                WriteText(output, rows);
                break;
        }
    }

    /// <summary>Writes an array with one object per row.</summary>
    public void WriteJson(Utf8JsonWriter json, IReadOnlyList<T> rows)
    {
        json.WriteStartArray();
        foreach (T row in rows)
        {
            json.WriteStartObject();
            foreach (Field<T> field in named)
                JsonOutput.WriteField(json, field.Name!, field.Value(row));

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteText(TextWriter output, IReadOnlyList<T> rows)
    {
        Field<T>[] shown = [.. fields.Where(field => field.Heading is not null)];
        var table = new TextTable([.. shown.Select(field => field.Heading!)]) { Left = Left, Keys = Keys };
        foreach (T row in rows)
            table.Add([.. shown.Select(field => field.Text?.Invoke(row) ?? (field.Value(row) is string text ? text : Plain(field.Value(row))))]);

        table.Write(output);
    }

    private static string Plain(object? value) => value switch
    {
        IReadOnlyList<double> list => string.Join(' ', list.Select(number => Plain(number))),
        bool flag => flag ? "true" : "false",
        _ => CsvCell.OfValue(value),
    };
}
