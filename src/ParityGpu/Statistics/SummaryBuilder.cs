using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Summarises logs, one or several: runs of equal points are combined, whichever sweep they belong to. The logs must contain distinct runs
/// (<see cref="JoinedRuns"/>).
/// </summary>
/// <param name="curvesPerPoint">Curves to keep of each point, those of its lowest seeds.</param>
public sealed class SummaryBuilder(int curvesPerPoint = 0)
{
    private readonly List<PointRuns> points = [];
    private readonly List<LogHeader> headers = [];
    private readonly JoinedRuns runs = new();
    private readonly List<(string Path, long Offset)> torn = [];

    /// <summary>Whether to keep every run by its seed, at some 40 bytes each, for comparisons of pairs.</summary>
    public bool KeepsSeeds { get; init; }

    /// <summary>Seeds whose runs are kept; null for all.</summary>
    public IReadOnlySet<long>? Seeds { get; init; }

    /// <summary>The sweeps of the logs.</summary>
    public IReadOnlyList<LogHeader> Headers => headers;

    /// <summary>The runs of each point, in the order in which the logs name the points.</summary>
    public IReadOnlyList<PointRuns> Points => points;

    /// <summary>Runs of the points that the logs are for.</summary>
    public long Planned => points.Sum(entry => entry.Planned);

    /// <summary>Runs of the points that the logs hold.</summary>
    public long Finished => points.Sum(entry => entry.Ended);

    /// <summary>One line that says which part of a sweep the statistics cover; null if all runs are finished.</summary>
    public string? Part =>
        PartOfLog.Describe(Finished, Planned, points.Sum(entry => entry.Times.InFlight), points.Any(entry => entry.IsUnknown));

    /// <summary>Training time of the logs' sessions in seconds; 0 if the logs do not say.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Logs that end in a torn message, with the offset of its first byte.</summary>
    public IReadOnlyList<(string Path, long Offset)> Torn => torn;

    /// <summary>Adds every run of a log file.</summary>
    /// <exception cref="UserErrorException">The file is not a log, is damaged, or contains a run that was already added.</exception>
    public void Add(string path)
    {
        using RunLogReader reader = RunLogReader.Open(path);
        Add(reader, path);
    }

    /// <summary>Adds every run that a reader has not read yet.</summary>
    /// <exception cref="UserErrorException">The log is damaged or holds a run that was already added.</exception>
    public void Add(RunLogReader reader, string name)
    {
        var part = new PartOfLog([]);
        PointRuns[] entries = [];
        while (reader.Read())
        {
            switch (reader.Kind)
            {
                case LogMessageKind.Header:
                    Settle(part, entries);
                    headers.Add(reader.Header);
                    entries = [.. reader.Points.Select(point => points[Place(point)])];
                    long[] planned = [.. entries.Select((_, index) => Kept(reader, index))];
                    foreach ((int index, PointRuns entry) in entries.Index())
                        entry.Planned += planned[index];

                    part = new PartOfLog(planned);
                    break;
                case LogMessageKind.InFlight:
                    foreach (RunRecord run in part.Tell(reader.InFlight.Where(run => IsKept(run.Seed)), reader.IsInFlightWhole))
                        Count(run, entries);

                    break;
                case LogMessageKind.Run:
                    PointRuns point = entries[reader.Run.Point];
                    runs.Add(reader.Run, runs.Place(point.Point), name);
                    if (!IsKept(reader.Run.Seed))
                        break;

                    point.End(reader.Run, reader.Curve);
                    if (part.End(reader.Run))
                        Count(reader.Run, entries);

                    if (reader.Curve is { } curve && curvesPerPoint > 0)
                        point.Keep(reader.Run, curve, curvesPerPoint);

                    break;
            }
        }

        Settle(part, entries);
        TrainingSeconds += reader.TrainingSeconds;
        if (reader.IsTorn)
            torn.Add((name, reader.Offset));
    }

    /// <summary>Keeps only the points that a filter matches; nothing can be added afterwards.</summary>
    /// <exception cref="UserErrorException">There are none.</exception>
    public void Keep(PointFilter where, string names)
    {
        where.Check(points.Select(entry => entry.Point), names);
        points.RemoveAll(entry => !where.Matches(entry.Point));
    }

    /// <summary>A summary per point, in the order in which the logs name them.</summary>
    public IReadOnlyList<PointSummary> Build() => [.. points.Select(PointSummary.Of)];

    /// <summary>Counts what is left at the end of a log.</summary>
    private void Settle(PartOfLog part, PointRuns[] entries)
    {
        foreach (RunRecord run in part.Last)
            Count(run, entries);

        foreach (RunUnderWay run in part.Censored)
            entries[run.Point].Add(run.Seed, new SeedTime(run.Steps, null), KeepsSeeds);

        foreach ((int index, PointRuns entry) in entries.Index())
            entry.IsUnknown |= part.IsUnknown(index);
    }

    private void Count(in RunRecord run, PointRuns[] entries) =>
        entries[run.Point].Add(run.Seed, new SeedTime(run.Steps, run.Outcome), KeepsSeeds);

    private bool IsKept(long seed) => Seeds?.Contains(seed) != false;

    /// <summary>Number of a point's runs that a log is for and that are kept.</summary>
    private long Kept(RunLogReader reader, int point)
    {
        SweepSpec spec = reader.Header.Spec;
        return Seeds is null
            ? reader.Planned.CountOf(point)
            : Seeds.Count(seed => seed >= spec.FirstSeed && seed - spec.FirstSeed < spec.Seeds && reader.Planned.Contains(point, seed));
    }

    private int Place(Point point)
    {
        int place = runs.Place(point);
        if (place == points.Count)
            points.Add(new PointRuns(point));

        return place;
    }
}
