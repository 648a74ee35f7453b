namespace ParityGpu.Cli;

/// <summary>Warnings about logs with a torn record at the end.</summary>
internal static class TornLogs
{
    /// <param name="error">Receives a line per log.</param>
    /// <param name="torn">Logs with the offset of the first byte that belongs to no complete record.</param>
    public static void Report(TextWriter error, IEnumerable<(string Path, long Offset)> torn)
    {
        foreach ((string path, long offset) in torn)
            error.WriteLine($"{path}: the last record is truncated or damaged at byte {offset}; 'parity sweep --resume {path}' continues from there");
    }
}
