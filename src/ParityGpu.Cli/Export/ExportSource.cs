using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>The logs of an export.</summary>
/// <param name="logs">Paths, read in this order.</param>
/// <param name="curves">Whether rows are points of curves rather than runs.</param>
/// <param name="where">The points whose runs are rows.</param>
internal sealed class ExportSource(IReadOnlyList<string> logs, bool curves, PointFilter where)
{
    /// <summary>Logs that end in a torn record, with the offset of its first byte.</summary>
    public List<(string Path, long Offset)> Torn { get; } = [];

    /// <summary>
    /// Reads every whole run of the logs, in their order, once.
    /// </summary>
    /// <param name="rows">Receives their rows.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="UserErrorException">A file is no log, is damaged, holds a run that was read before, or has no curves.</exception>
    public void Read(IRowWriter rows, CancellationToken cancellation)
    {
        var points = new List<Point>();
        var joined = new JoinedRuns();
        foreach (string path in logs)
        {
            using RunLogReader reader = RunLogReader.Open(path);
            Read(reader, path, joined, points, rows, cancellation);
            if (reader.IsTorn)
                Torn.Add((path, reader.Offset));
        }

        where.Check(points, string.Join(", ", logs));
    }

    private void Read(RunLogReader reader, string path, JoinedRuns joined, List<Point> points, IRowWriter rows, CancellationToken cancellation)
    {
        int[] places = [];
        bool[] isRow = [];
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
                points.AddRange(reader.Points);
                isRow = [.. reader.Points.Select(where.Matches)];
            }
            else if (reader.Kind == LogMessageKind.Run)
            {
                int point = reader.Run.Point;
                joined.Add(reader.Run, places[point], path);
                if (isRow[point])
                    Write(reader, path, settings[point] ??= ExportColumns.Values(reader.Points[point]), rows);
            }
        }
    }

    private void Write(RunLogReader reader, string log, object?[] settings, IRowWriter rows)
    {
        if (!curves)
        {
            rows.Write(new ExportRow(settings, reader.Run, default, log));
            return;
        }

        foreach (CurvePoint at in reader.Curve!.Points)
            rows.Write(new ExportRow(settings, reader.Run, at, log));
    }
}
