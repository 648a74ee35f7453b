using System.Globalization;

namespace ParityGpu.Cli.Terminal;

/// <summary>Text that fits the screen.</summary>
internal static class ScreenText
{
    private const int UsualColumns = 80;
    private const int FewestColumns = 40;

    /// <summary>Characters of a line: the terminal's, or what COLUMNS says; 80 in files and pipes.</summary>
    public static int Columns(TextWriter output)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int given))
            return Math.Max(FewestColumns, given);

        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        return isTerminal && Console.WindowWidth > 0 ? Math.Max(FewestColumns, Console.WindowWidth) : UsualColumns;
    }

    /// <summary>Writes a text in lines that fit.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="text">Words.</param>
    /// <param name="indent">Spaces before each line.</param>
    /// <param name="heading">Takes the place of the spaces before the first line.</param>
    /// <param name="separator">Separates pieces that are never split; lines break after it.</param>
    public static void Write(TextWriter output, string text, int indent = 0, string separator = " ", string heading = "")
    {
        int columns = Columns(output);
        string margin = heading.PadRight(indent);
        string line = "";
        foreach (string piece in text.Split(separator))
        {
            if (line.Length > 0 && indent + line.Length + separator.Length + piece.Length + separator.TrimEnd().Length > columns)
            {
                output.WriteLine(margin + (line + separator).TrimEnd());
                line = "";
                margin = new(' ', indent);
            }

            line += (line.Length > 0 ? separator : "") + piece;
        }

        output.WriteLine(margin + line);
    }
}
