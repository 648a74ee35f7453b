using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>
/// Summarises logs, one or several: runs of equal points are put together, whichever sweep they belong to. The logs must
/// hold different runs; one that is met twice is an error, not counted once, because it means that a log was given
/// twice or that shards overlap.
/// </summary>
public sealed class SummaryBuilder
{
    private readonly Dictionary<Point, int> indices = [];
    private readonly List<(Point Point, TimeHistogram Times)> points = [];
    private readonly RunSet runs = new();
    private readonly List<(string Path, long Offset)> torn = [];

    /// <summary>Runs that the logs are for.</summary>
    public long Planned { get; private set; }

    /// <summary>Runs that the logs hold.</summary>
    public long Finished => runs.Count;

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
                Planned += reader.Planned.Count;
                places = [.. reader.Points.Select(Place)];
            }
            else if (reader.Kind == LogMessageKind.Run)
            {
                Add(reader.Run, places[reader.Run.Point], name);
            }
        }

        if (reader.IsTorn)
            torn.Add((name, reader.Offset));
    }

    /// <summary>A summary per point, in the order in which the logs name them.</summary>
    public IReadOnlyList<PointSummary> Build() => [.. points.Select(entry => PointSummary.Of(entry.Point, entry.Times))];

    private void Add(in RunRecord run, int place, string name)
    {
        if (!runs.Add(place, run.Seed))
        {
            throw new UserErrorException(
                $"{name}: seed {run.Seed} of point {run.Point} was read before; logs must hold different runs");
        }

        if (run.Outcome == Outcome.Solved)
            points[place].Times.AddSolved(run.Steps);
        else
            points[place].Times.AddUnsolved();
    }

    private int Place(Point point)
    {
        if (indices.TryGetValue(point, out int place))
            return place;

        place = points.Count;
        indices.Add(point, place);
        points.Add((point, new TimeHistogram()));
        return place;
    }
}
