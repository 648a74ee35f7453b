using ParityGpu.Logs;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>The logs of an export.</summary>
/// <param name="logs">Paths, read in this order.</param>
/// <param name="kind">What rows are.</param>
/// <param name="where">The points whose runs are rows.</param>
internal sealed class ExportSource(IReadOnlyList<string> logs, ExportRows kind, PointFilter where)
{
    private long planned;
    private long finished;
    private long inFlight;
    private bool isUnknown;

    /// <summary>Logs that end in a torn record, with the offset of its first byte.</summary>
    public List<(string Path, long Offset)> Torn { get; } = [];

    /// <summary>One line that says which part of a sweep the rows cover; null if all runs are finished.</summary>
    public string? Part => PartOfLog.Describe(finished, planned, inFlight, isUnknown);

    /// <summary>
    /// Reads every complete run of the logs once, in order; each log's finished runs are followed by its runs in flight.
    /// </summary>
    /// <param name="rows">Receives their rows.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="UserErrorException">A file is not a log, is damaged, holds a run that was read before, or has no curves.</exception>
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

        // Only for points that are exported; null for the others.
        object?[]?[] settings = [];
        var part = new PartOfLog([]);
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            switch (reader.Kind)
            {
                case LogMessageKind.Header:
                    if (kind != ExportRows.Runs && reader.Header.Spec.Curve == CurveSteps.None)
                        throw new UserErrorException($"--{(kind == ExportRows.Tasks ? "tasks" : "curves")}: {path} has no curves; must be the log of a sweep with --curve");

                    if (kind is ExportRows.Tasks or ExportRows.TaskCurves && reader.Points.All(point => point.Tasks == TaskList.None))
                        throw new UserErrorException($"--tasks: {path} has no tasks; must be the log of a sweep with --tasks");

                    if (kind == ExportRows.TaskCurves && !reader.Header.Spec.CurveTasks)
                        throw new UserErrorException($"--tasks --curves: {path} has no losses of tasks at each point; must be the log of a sweep with --curve-tasks true");

                    WriteInFlight(part, path, settings, rows);
                    places = [.. reader.Points.Select(joined.Place)];
                    settings = [.. reader.Points.Select(point => where.Matches(point) ? ExportColumns.Values(point) : null)];
                    part = new PartOfLog(places.Select((_, point) => reader.Planned.CountOf(point)));
                    planned += settings.Index().Sum(point => point.Item is null ? 0 : reader.Planned.CountOf(point.Index));
                    points.AddRange(reader.Points);
                    break;
                case LogMessageKind.InFlight:
                    part.Tell(reader.InFlight, reader.IsInFlightWhole);
                    break;
                case LogMessageKind.Run:
                    joined.Add(reader.Run, places[reader.Run.Point], path);
                    part.End(reader.Run);
                    if (settings[reader.Run.Point] is { } values)
                        Write(reader, path, values, rows);

                    break;
            }
        }

        WriteInFlight(part, path, settings, rows);
    }

    private void Write(RunLogReader reader, string log, object?[] settings, IRowWriter rows)
    {
        finished++;
        RunRecord end = reader.Run;
        var run = new RunUnderWay(end.Point, end.Seed, end.Steps);
        switch (kind)
        {
            case ExportRows.Curves:
                foreach (CurvePoint at in reader.Curve!.Points)
                    rows.Write(new ExportRow(settings, run, end, at, log));

                break;
            case ExportRows.Tasks:
                WriteTasks(reader.Points[end.Point], reader.Curve!, new ExportRow(settings, run, end, default, log), rows);
                break;
            case ExportRows.TaskCurves:
                WriteTaskCurves(reader.Points[end.Point], reader.Curve!, new ExportRow(settings, run, end, default, log), rows);
                break;
            default:
                rows.Write(new ExportRow(settings, run, end, default, log));
                break;
        }
    }

    private static void WriteTasks(Point point, RunCurve curve, ExportRow row, IRowWriter rows)
    {
        double[] frequencies = TaskPlan.Frequencies(point);
        foreach ((int index, TaskRecord record) in curve.Tasks.Index())
        {
            rows.Write(row with { Task = new ExportTask(index + 1, frequencies[index], record.LearnedStep(), record.Loss / TaskRecord.UnitOf(point)) });
        }
    }

    private static void WriteTaskCurves(Point point, RunCurve curve, ExportRow row, IRowWriter rows)
    {
        double[] frequencies = TaskPlan.Frequencies(point);
        double unit = TaskRecord.UnitOf(point);
        foreach ((int index, float loss) in curve.TaskCurves.Index())
        {
            (int at, int task) = Math.DivRem(index, curve.Tasks.Length);
            rows.Write(row with { At = curve.Points[at], Task = new ExportTask(task + 1, frequencies[task], null, loss / unit) });
        }
    }

    /// <summary>Writes the rows of the runs that are in flight at the end of a log. They have no curves yet.</summary>
    private void WriteInFlight(PartOfLog part, string log, object?[]?[] settings, IRowWriter rows)
    {
        isUnknown |= settings.Index().Any(point => point.Item is not null && part.IsUnknown(point.Index));
        foreach (RunUnderWay run in part.InFlight)
        {
            if (settings[run.Point] is not { } values)
                continue;

            inFlight++;
            if (kind == ExportRows.Runs)
                rows.Write(new ExportRow(values, run, null, default, log));
        }
    }
}
