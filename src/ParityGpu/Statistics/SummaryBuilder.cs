using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Summarises logs, one or several: runs of equal points are put together, whichever sweep they belong to. The logs must
/// hold different runs (<see cref="JoinedRuns"/>).
/// </summary>
/// <param name="curvesPerPoint">Curves to keep of each point, those of its lowest seeds.</param>
public sealed class SummaryBuilder(int curvesPerPoint = 0)
{
    private readonly List<PointRuns> points = [];
    private readonly List<LogHeader> headers = [];
    private readonly JoinedRuns runs = new();
    private readonly List<(string Path, long Offset)> torn = [];

    /// <summary>Seeds whose runs are kept; null for all.</summary>
    public IReadOnlySet<long>? Seeds { get; init; }

    /// <summary>The sweeps of the logs.</summary>
    public IReadOnlyList<LogHeader> Headers => headers;

    /// <summary>The runs of each point, in the order in which the logs name the points.</summary>
    public IReadOnlyList<PointRuns> Points => points;

    /// <summary>Runs that the logs are for.</summary>
    public long Planned { get; private set; }

    /// <summary>Runs that the logs hold.</summary>
    public long Finished => runs.Count;

    /// <summary>Seconds that the logs' sessions trained for; 0 where the logs do not say.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Logs that end in a torn message, with the offset of its first byte.</summary>
    public IReadOnlyList<(string Path, long Offset)> Torn => torn;

    /// <summary>Adds every run of a log file.</summary>
    /// <exception cref="UserErrorException">The file is no log, damaged, or holds a run that was already added.</exception>
    public void Add(string path)
    {
        using RunLogReader reader = RunLogReader.Open(path);
        Add(reader, path);
    }

    /// <summary>Adds every run that a reader has left.</summary>
    /// <exception cref="UserErrorException">The log is damaged or holds a run that was already added.</exception>
    public void Add(RunLogReader reader, string name)
    {
        int[] places = [];
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Header)
            {
                headers.Add(reader.Header);
                Planned += reader.Planned.Count;
                places = [.. reader.Points.Select(Place)];
            }
            else if (reader.Kind == LogMessageKind.Run)
            {
                Add(reader.Run, reader.Curve, places[reader.Run.Point], name);
            }
        }

        TrainingSeconds += reader.TrainingSeconds;
        if (reader.IsTorn)
            torn.Add((name, reader.Offset));
    }

    /// <summary>Leaves the points that a filter matches; nothing can be added afterwards.</summary>
    /// <exception cref="UserErrorException">There are none.</exception>
    public void Keep(PointFilter where, string names)
    {
        where.Check(points.Select(entry => entry.Point), names);
        points.RemoveAll(entry => !where.Matches(entry.Point));
    }

    /// <summary>A summary per point, in the order in which the logs name them.</summary>
    public IReadOnlyList<PointSummary> Build() => [.. points.Select(entry => PointSummary.Of(entry.Point, entry.Times))];

    private void Add(in RunRecord run, RunCurve? curve, int place, string name)
    {
        runs.Add(run, place, name);
        if (Seeds?.Contains(run.Seed) == false)
            return;

        if (run.Outcome == Outcome.Solved)
            points[place].Times.AddSolved(run.Steps);
        else if (run.Outcome == Outcome.Budget)
            points[place].Times.AddUnsolved(run.Steps);
        else
            points[place].Times.AddUnsolved();

        if (curve is not null && curvesPerPoint > 0)
            points[place].Keep(run, curve, curvesPerPoint);
    }

    private int Place(Point point)
    {
        int place = runs.Place(point);
        if (place == points.Count)
            points.Add(new PointRuns(point));

        return place;
    }
}
