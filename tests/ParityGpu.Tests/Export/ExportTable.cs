using System.Globalization;
using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>An export read back: names, and cells that are long, double, string or null.</summary>
public sealed record ExportTable(IReadOnlyList<string> Names, IReadOnlyList<object?[]> Rows)
{
    /// <summary>The cells of a column.</summary>
    public IEnumerable<object?> this[string name]
    {
        get
        {
            int place = Names.ToList().IndexOf(name);
            return Rows.Select(row => row[place]);
        }
    }

    /// <summary>The cells of a CSV text as they are, and null where they are empty.</summary>
    public static ExportTable OfCsv(string text)
    {
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string[] lines = text[..^1].Split('\n');
        return new([.. Cells(lines[0])!], [.. lines[1..].Select(line => Cells(line).ToArray<object?>())]);
    }

    public static ExportTable OfJsonl(string text)
    {
        var names = new List<string>();
        var rows = new List<object?[]>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonProperty[] fields = [.. json.RootElement.EnumerateObject()];
            if (names.Count == 0)
                names.AddRange(fields.Select(field => field.Name));

            Assert.Equal(names, fields.Select(field => field.Name));
            rows.Add([.. fields.Select(field => Cell(field.Value))]);
        }

        return new(names, rows);
    }

    /// <summary>The rows of all row groups. Singles become the double of the same shortest text, as in the other formats.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The columns to read; all if none is named.</param>
    public static async Task<ExportTable> OfParquet(string path, params string[] names)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        DataField[] fields = [.. reader.Schema.DataFields.Where(field => names.Length == 0 || names.Contains(field.Name))];
        var rows = new List<object?[]>();
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            var columns = new List<object?[]>();
            foreach (DataField field in fields)
                columns.Add(await Column(group, field));

            for (int row = 0; row < group.RowCount; row++)
                rows.Add([.. columns.Select(column => column[row])]);
        }

        return new([.. fields.Select(field => field.Name)], rows);
    }

    /// <summary>Equal cells under equal names; NaN and infinity equal what is missing, as it is in JSON.</summary>
    public void MustEqual(ExportTable other)
    {
        Assert.Equal(Names, other.Names);
        Assert.Equal(Rows.Count, other.Rows.Count);
        for (int i = 0; i < Rows.Count; i++)
            Assert.Equal(Rows[i].Select(Finite), other.Rows[i].Select(Finite));
    }

    /// <summary>The same with every cell as the text that a CSV file has for it.</summary>
    public ExportTable AsText() => this with
    {
        Rows = [.. Rows.Select(row => row.Select(cell => cell switch
        {
            double number when double.IsInteger(number) && Math.Abs(number) < 1e15 => $"{number:0.0}",
            _ => (object?)Convert.ToString(cell, CultureInfo.InvariantCulture),
        }).Select(cell => (string?)cell == "" ? null : cell).ToArray())],
    };

    private static object? Finite(object? cell) =>
        cell is "NaN" or "inf" or "-inf" or double.NaN or double.PositiveInfinity or double.NegativeInfinity ? null : cell;

    private static IEnumerable<string?> Cells(string line)
    {
        var cell = new StringBuilder();
        bool quoted = false;
        foreach (char c in line + ",")
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                yield return cell.Length == 0 ? null : cell.ToString();
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }
    }

    /// <summary>A number without point and exponent is an integer, as readers that guess types take it.</summary>
    private static object? Cell(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText().AsSpan().ContainsAny('.', 'E') ? value.GetDouble() : (object)value.GetInt64(),
    };

    private static async Task<object?[]> Column(ParquetRowGroupReader group, DataField field)
    {
        if (field.ClrType != typeof(ReadOnlyMemory<char>))
        {
            return field.ClrType == typeof(int) ? await Numbers<int>(group, field)
                : field.ClrType == typeof(long) ? await Numbers<long>(group, field)
                : field.ClrType == typeof(float) ? await Numbers<float>(group, field)
                : await Numbers<double>(group, field);
        }

        string?[] texts = new string?[group.RowCount];
        await group.ReadAsync(field, texts.AsMemory());
        return texts;
    }

    private static async Task<object?[]> Numbers<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        if (field.IsNullable)
        {
            var some = new T?[group.RowCount];
            await group.ReadAsync(field, some.AsMemory());
            return [.. some.Select(value => value is { } number ? Widen(number) : null)];
        }

        var all = new T[group.RowCount];
        await group.ReadAsync(field, all.AsMemory());
        return [.. all.Select(Widen)];
    }

    private static object? Widen<T>(T number)
        where T : struct => number switch
        {
            int value => (long)value,
            float value when !float.IsFinite(value) => (double)value,
            float value => double.Parse($"{value}", CultureInfo.InvariantCulture),
            _ => number,
        };
}
