namespace ParityGpu.Cli.Terminal;

/// <summary>A table in plain text: columns as wide as their widest cell, never wrapped or cut.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<List<string>> rows = [[.. headings]];

    /// <summary>Columns that are aligned to the left; the others are numbers.</summary>
    public HashSet<string> Left { get; init; } = [];

    /// <summary>Characters of the longest possible line.</summary>
    public int Width => Widths().Sum() + (Gap.Length * (rows[0].Count - 1));

    public void Add(params string[] cells) => rows.Add([.. cells]);

    /// <summary>Adds a column on the right, with a cell for every row there is.</summary>
    public void AddColumn(string heading, IReadOnlyList<string> cells)
    {
        rows[0].Add(heading);
        for (int i = 0; i < cells.Count; i++)
            rows[i + 1].Add(cells[i]);
    }

    public void Write(TextWriter output)
    {
        int[] widths = Widths();
        foreach (List<string> row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                Left.Contains(rows[0][column]) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }

    private int[] Widths() => [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];
}
