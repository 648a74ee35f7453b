namespace ParityGpu.Cli.Terminal;

/// <summary>A table in plain text: columns as wide as their widest cell, which is never wrapped or cut.</summary>
public sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<List<string>> rows = [[.. headings]];

    /// <summary>Columns that are aligned to the left; the others are numbers.</summary>
    public HashSet<string> Left { get; init; } = [];

    /// <summary>Number of columns on the left that tell rows apart.</summary>
    public int Keys { get; init; } = 1;

    /// <summary>Characters of the longest possible line.</summary>
    public int Width => Enumerable.Range(0, rows[0].Count).Sum(column => rows.Max(row => row[column].Length)) + (Gap.Length * (rows[0].Count - 1));

    public void Add(params string[] cells) => rows.Add([.. cells]);

    /// <summary>Adds a column on the right, with a cell for every existing row.</summary>
    public void AddColumn(string heading, IReadOnlyList<string> cells)
    {
        rows[0].Add(heading);
        for (int i = 0; i < cells.Count; i++)
            rows[i + 1].Add(cells[i]);
    }

    /// <summary>
    /// Writes the table no wider than the screen: headings break between words, and columns that
    /// do not fit follow in further tables that repeat the first columns.
    /// </summary>
    public void Write(TextWriter output)
    {
        int columns = ScreenText.Columns(output);
        bool broken = Width > columns;
        string[][] words = [.. rows[0].Select(heading => broken ? heading.Split(' ') : [heading])];
        int[] widths = [.. words.Select((lines, column) => lines.Concat(rows.Skip(1).Select(row => row[column])).Max(cell => cell.Length))];
        for (int next = 0; next < widths.Length;)
        {
            List<int> part = [.. next == 0 ? [] : Enumerable.Range(0, Math.Min(Keys, next))];
            int room = columns - part.Sum(key => widths[key] + Gap.Length);
            for (int first = next; next < widths.Length && (next == first || widths[next] <= room); next++)
            {
                part.Add(next);
                room -= widths[next] + Gap.Length;
            }

            if (part[^1] >= part.Count)
                output.WriteLine();

            Write(output, part, words, widths);
        }
    }

    private void Write(TextWriter output, List<int> part, string[][] words, int[] widths)
    {
        int lines = part.Max(column => words[column].Length);
        for (int line = lines; line > 0; line--)
            WriteRow(column => words[column].Length >= line ? words[column][^line] : "");

        foreach (List<string> row in rows.Skip(1))
            WriteRow(column => row[column]);

        void WriteRow(Func<int, string> cell) => output.WriteLine(string.Join(Gap, part.Select(column =>
            Left.Contains(rows[0][column]) ? cell(column).PadRight(widths[column]) : cell(column).PadLeft(widths[column]))).TrimEnd());
    }
}
