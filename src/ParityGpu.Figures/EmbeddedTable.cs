namespace ParityGpu.Figures;

/// <summary>Tables that are part of the program, comma-separated without quotes.</summary>
internal static class EmbeddedTable
{
    /// <summary>The cells of each row below the line of names.</summary>
    /// <param name="name">Name of the file.</param>
    public static string[][] Rows(string name)
    {
        using Stream stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }
}
