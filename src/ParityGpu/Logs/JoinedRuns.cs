using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// The points and runs of several logs: equal points count as one, whichever sweep they belong to. A duplicate run is an error instead of being
/// counted once, because it means that a log was given twice or that shards overlap.
/// </summary>
public sealed class JoinedRuns
{
    private readonly Dictionary<Point, int> places = [];
    private readonly RunSet runs = new();

    /// <summary>Runs added so far.</summary>
    public long Count => runs.Count;

    /// <summary>Index of a point among the distinct ones, in the order in which they are first requested.</summary>
    public int Place(Point point)
    {
        if (!places.TryGetValue(point, out int place))
            places.Add(point, place = places.Count);

        return place;
    }

    /// <summary>Whether a run was added.</summary>
    public bool Contains(int place, long seed) => runs.Contains(place, seed);

    /// <summary>Adds a run.</summary>
    /// <param name="run">A run of a log.</param>
    /// <param name="place">Its point's <see cref="Place"/>.</param>
    /// <param name="name">The log, for the message.</param>
    /// <exception cref="UserErrorException">The run was added before.</exception>
    public void Add(in RunRecord run, int place, string name)
    {
        if (!runs.Add(place, run.Seed))
        {
            throw new UserErrorException(
                $"{name}: seed {run.Seed} of point {run.Point} was read before; logs must hold different runs");
        }
    }
}
