using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>The logs of an export.</summary>
/// <param name="logs">Paths, read in this order.</param>
/// <param name="curves">Whether rows are points of curves rather than runs.</param>
internal sealed class ExportSource(IReadOnlyList<string> logs, bool curves) : IDisposable
{
    /// <summary>What came through pipes, to be read again.</summary>
    private readonly Dictionary<string, FileStream> copies = [];

    /// <summary>Logs that end in a torn record, with the offset of its first byte.</summary>
    public List<(string Path, long Offset)> Torn { get; } = [];

    /// <summary>
    /// Reads every whole run of the logs, in their order.
    /// </summary>
    /// <param name="rows">Receives their rows; null to check the logs only.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="UserErrorException">A file is no log, is damaged, holds a run that was read before, or has no curves.</exception>
    public void Read(IRowWriter? rows, CancellationToken cancellation)
    {
        Torn.Clear();
        var joined = new JoinedRuns();
        foreach (string path in logs)
        {
            using RunLogReader reader = Open(path);
            Read(reader, path, joined, rows, cancellation);
            if (reader.IsTorn)
                Torn.Add((path, reader.Offset));
        }
    }

    public void Dispose()
    {
        foreach (FileStream copy in copies.Values)
            copy.Dispose();
    }

    private RunLogReader Open(string path)
    {
        if (!copies.TryGetValue(path, out FileStream? copy))
        {
            using Stream log = LogFile.OpenToRead(path);
            if (log.CanSeek)
                return RunLogReader.Open(path);

            copy = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.DeleteOnClose);
            copies.Add(path, copy);
            log.CopyTo(copy);
        }

        copy.Position = 0;
        return new RunLogReader(copy, path);
    }

    private void Read(RunLogReader reader, string path, JoinedRuns joined, IRowWriter? rows, CancellationToken cancellation)
    {
        int[] places = [];
        object?[]?[] settings = [];
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Kind == LogMessageKind.Header)
            {
                if (curves && reader.Header.Spec.Curve == CurveSteps.None)
                    throw new UserErrorException($"--curves: {path} has no curves; must be the log of a sweep with --curve");

                places = [.. reader.Points.Select(joined.Place)];
                settings = new object?[]?[places.Length];
            }
            else if (reader.Kind == LogMessageKind.Run)
            {
                int point = reader.Run.Point;
                joined.Add(reader.Run, places[point], path);
                if (rows is not null)
                    Write(reader, settings[point] ??= ExportColumns.Values(reader.Points[point]), rows);
            }
        }
    }

    private void Write(RunLogReader reader, object?[] settings, IRowWriter rows)
    {
        if (!curves)
        {
            rows.Write(new ExportRow(settings, reader.Run, default));
            return;
        }

        foreach (CurvePoint at in reader.Curve!.Points)
            rows.Write(new ExportRow(settings, reader.Run, at));
    }
}
