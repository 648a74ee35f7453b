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
    private bool someUnknown;

    /// <summary>Whether to keep every run by its seed, at some 40 bytes each, for comparisons of pairs.</summary>
    public bool KeepsSeeds { get; init; }

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

    /// <summary>In a line what the statistics rest on, where that is part of a sweep only; null where all runs are finished.</summary>
    public string? Part
    {
        get
        {
            if (Finished >= Planned)
                return null;

            long inFlight = points.Sum(entry => entry.Times.InFlight);
            string finished = $"part of a sweep: {Finished} of {Planned} runs are finished";
            return someUnknown
                ? $"{finished}; the log does not say which were in flight, so fast runs have too much weight"
                : $"{finished}, {inFlight} in flight count as censored at the step that is known of them";
        }
    }

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
        PartOfLog? part = null;
        while (reader.Read())
        {
            switch (reader.Kind)
            {
                case LogMessageKind.Header:
                    Settle(part);
                    headers.Add(reader.Header);
                    Planned += reader.Planned.Count;
                    part = new PartOfLog(reader.Planned.Count, [.. reader.Points.Select(point => points[Place(point)])]);
                    foreach ((int index, PointRuns entry) in part.Points.Index())
                        entry.Planned += reader.Planned.CountOf(index);

                    break;
                case LogMessageKind.InFlight:
                    part!.Add(reader.InFlight, reader.IsInFlightWhole, Add);
                    break;
                case LogMessageKind.Run:
                    PointRuns point = part!.Points[reader.Run.Point];
                    runs.Add(reader.Run, runs.Place(point.Point), name);
                    part.Add(reader.Run, Add);
                    if (reader.Curve is { } curve && curvesPerPoint > 0 && IsKept(reader.Run.Seed))
                        point.Keep(reader.Run, curve, curvesPerPoint);

                    break;
            }
        }

        Settle(part);
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
    public IReadOnlyList<PointSummary> Build() => [.. points.Select(PointSummary.Of)];

    private void Settle(PartOfLog? part)
    {
        part?.Settle(Add);
        someUnknown |= part?.IsUnknown == true;
    }

    private void Add(PointRuns point, long seed, SeedTime time)
    {
        if (IsKept(seed))
            point.Add(seed, time, KeepsSeeds);
    }

    private bool IsKept(long seed) => Seeds?.Contains(seed) != false;

    private int Place(Point point)
    {
        int place = runs.Place(point);
        if (place == points.Count)
            points.Add(new PointRuns(point));

        return place;
    }
}
