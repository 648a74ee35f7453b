namespace ParityGpu.Figures.Drawing;

/// <summary>The numbers behind a figure: rows of texts, numbers and nulls under named columns.</summary>
/// <param name="columns">Names of the columns.</param>
public sealed class NumberTable(params IReadOnlyList<string> columns)
{
    private readonly List<object?[]> rows = [];

    /// <summary>A table with given rows, as by <see cref="Add"/>.</summary>
    public NumberTable(IReadOnlyList<string> columns, IEnumerable<object?[]> rows)
        : this(columns)
    {
        foreach (object?[] row in rows)
            Add(row);
    }

    public IReadOnlyList<string> Columns => columns;

    public IReadOnlyList<IReadOnlyList<object?>> Rows => rows;

    /// <summary>Adds a row; null and NaN give empty cells.</summary>
    public void Add(params object?[] cells)
    {
        if (cells.Length != columns.Count)
            throw new ArgumentException($"{cells.Length} cells; must be {columns.Count}", nameof(cells));

        rows.Add(cells);
    }

    /// <summary>Writes comma-separated values with a line of names, quoted where they must be (RFC 4180).</summary>
    public void WriteCsv(TextWriter output)
    {
        output.WriteLine(string.Join(',', columns.Select(CsvCell.Of)));
        foreach (object?[] row in rows)
            output.WriteLine(string.Join(',', row.Select(Text)));
    }

    /// <summary>A cell as text; empty for null and NaN.</summary>
    internal static string Text(object? cell) => cell switch
    {
        null or double.NaN or float.NaN => "",
        _ => CsvCell.OfValue(cell),
    };
}
