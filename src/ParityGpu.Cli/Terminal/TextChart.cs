using System.Text;

namespace ParityGpu.Cli.Terminal;

/// <summary>
/// A line chart in characters: the largest and smallest value at the left, then a line in braille dots, 2 × 4 to a character.
/// </summary>
/// <param name="columns">Width in characters, labels included.</param>
/// <param name="rows">Height in characters.</param>
public sealed class TextChart(int columns, int rows)
{
    /// <summary>Characters before the line: a label, of a single-precision number in four digits, and the axis.</summary>
    public const int MarginColumns = 11;

    private const int DotColumns = 2;
    private const int DotRows = 4;
    private const char Blank = '\u2800';

    /// <summary>[row][column]; the bit of a dot in a braille character.</summary>
    private static readonly int[][] DotBits = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

    private readonly int width = Math.Max(1, columns - MarginColumns);

    /// <summary>
    /// Draws points.
    /// </summary>
    /// <param name="points">Points in ascending order of X, which span the whole width; points whose Y is not finite leave a gap.</param>
    /// <returns>[rows], each <c>columns</c> wide.</returns>
    public IReadOnlyList<string> Draw(IReadOnlyList<(double X, double Y)> points)
    {
        var cells = new char[rows][];
        for (int row = 0; row < rows; row++)
            cells[row] = [.. Enumerable.Repeat(Blank, width)];

        double[] values = [.. points.Select(point => point.Y).Where(double.IsFinite)];
        double least = values.Length > 0 ? values.Min() : double.NaN;
        double most = values.Length > 0 ? values.Max() : double.NaN;
        (int X, int Y)? before = null;
        foreach ((double x, double y) in points)
        {
            if (!double.IsFinite(y))
            {
                before = null;
                continue;
            }

            int dotX = Place(x, points[0].X, points[^1].X, (width * DotColumns) - 1);
            int dotY = (rows * DotRows) - 1 - Place(y, least, most, (rows * DotRows) - 1);
            DrawLine(cells, before ?? (dotX, dotY), (dotX, dotY));
            before = (dotX, dotY);
        }

        return [.. cells.Select((row, index) => Line(row, Label(index, least, most)))];
    }

    private static int Place(double value, double least, double most, int last) =>
        most > least ? (int)Math.Round((value - least) / (most - least) * last) : 0;

    private static void DrawLine(char[][] cells, (int X, int Y) from, (int X, int Y) to)
    {
        int dots = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (int dot = 0; dot <= dots; dot++)
        {
            int x = from.X + (int)Math.Round((double)(to.X - from.X) * dot / dots);
            int y = from.Y + (int)Math.Round((double)(to.Y - from.Y) * dot / dots);
            cells[y / DotRows][x / DotColumns] |= (char)DotBits[y % DotRows][x % DotColumns];
        }
    }

    private string Label(int row, double least, double most)
    {
        double value = row == 0 ? most : row == rows - 1 ? least : double.NaN;
        return double.IsNaN(value) ? "" : $"{value:G4}";
    }

    private static string Line(char[] cells, string label)
    {
        var line = new StringBuilder(label.PadLeft(MarginColumns - 1));
        line.Append(label.Length > 0 ? '┤' : '│');
        return line.Append(cells).Replace(Blank, ' ').ToString();
    }
}
