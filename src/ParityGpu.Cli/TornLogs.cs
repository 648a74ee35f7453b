namespace ParityGpu.Cli;

/// <summary>A word about logs that a crash tore.</summary>
internal static class TornLogs
{
    /// <param name="error">Receives a line per log.</param>
    /// <param name="torn">Logs with the offset of the first byte that belongs to no whole record.</param>
    public static void Report(TextWriter error, IEnumerable<(string Path, long Offset)> torn)
    {
        foreach ((string path, long offset) in torn)
            error.WriteLine($"{path}: the last record is cut or damaged at byte {offset}; 'parity sweep --resume {path}' goes on from there");
    }
}
