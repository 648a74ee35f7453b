using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>Two points whose times are compared.</summary>
/// <param name="RunsA">The runs of the first point.</param>
/// <param name="RunsB">Those of the second.</param>
public sealed record PointPair(PointRuns RunsA, PointRuns RunsB)
{
    /// <summary>The first point.</summary>
    public Point A => RunsA.Point;

    /// <summary>The second point.</summary>
    public Point B => RunsB.Point;

    /// <summary>
    /// Matches the points of two logs: equal ones, or ones that are equal except for settings
    /// that have a single value in each log, different between the logs.
    /// </summary>
    /// <param name="a">Points of the first log, with its name for messages.</param>
    /// <param name="b">Points of the second log.</param>
    /// <exception cref="UserErrorException">A point has no match.</exception>
    public static IReadOnlyList<PointPair> OfLogs(
        (string Name, IReadOnlyList<PointRuns> Points) a,
        (string Name, IReadOnlyList<PointRuns> Points) b)
    {
        SpecSetting[] matched =
        [
            .. SpecSetting.OfPoints.Where(setting =>
            {
                string[] ofA = Values(setting, a.Points);
                string[] ofB = Values(setting, b.Points);
                return ofA.Length > 1 || ofB.Length > 1 || ofA[0] == ofB[0];
            }),
        ];
        SpecSetting[] varying = [.. matched.Where(setting => Values(setting, [.. a.Points, .. b.Points]).Length > 1)];
        Dictionary<string, PointRuns> partners = b.Points.ToDictionary(entry => Key(matched, entry.Point));
        var pairs = new List<PointPair>();
        foreach (PointRuns runs in a.Points)
        {
            if (!partners.Remove(Key(matched, runs.Point), out PointRuns? partner))
                throw Unmatched(runs.Point, varying, a.Name, b.Name);

            pairs.Add(new PointPair(runs, partner));
        }

        return partners.Count == 0 ? pairs : throw Unmatched(partners.Values.First().Point, varying, b.Name, a.Name);
    }

    /// <summary>
    /// All pairs of points that differ in only one setting, apart from settings that depend on it:
    /// a polynet, for example, has no activation to compare with an mlp's.
    /// </summary>
    /// <returns>Pairs in the order of their points; empty if the setting does not vary.</returns>
    public static IReadOnlyList<PointPair> By(SpecSetting setting, IReadOnlyList<PointRuns> points)
    {
        Dictionary<Point, int> places = points.Select((entry, place) => (entry.Point, place)).ToDictionary();
        string[] values = Values(setting, points);
        var found = new SortedSet<(int A, int B)>();
        for (int place = 0; place < points.Count; place++)
        {
            SweepSpec spec = SweepSpec.Of(points[place].Point);
            foreach (string value in values)
            {
                Point other = setting.Apply(spec, [value], setting.Option).Points().Single();
                if (places.TryGetValue(other, out int partner) && partner != place)
                    found.Add((Math.Min(place, partner), Math.Max(place, partner)));
            }
        }

        return [.. found.Select(pair => new PointPair(points[pair.A], points[pair.B]))];
    }

    private static string[] Values(SpecSetting setting, IReadOnlyList<PointRuns> points) =>
        [.. points.Select(entry => setting.ValueOf(entry.Point)).Distinct()];

    private static string Key(SpecSetting[] settings, Point point)
    {
        SweepSpec spec = SweepSpec.Of(point);
        return string.Join(' ', settings.Select(setting => setting.Values(spec)[0]));
    }

    private static UserErrorException Unmatched(Point point, SpecSetting[] varying, string name, string other)
    {
        SweepSpec spec = SweepSpec.Of(point);
        string settings = string.Join(", ", varying.Select(setting => $"{setting.Option[2..]} {setting.Values(spec)[0]}"));
        return new UserErrorException(
            $"{name}: the point with {settings} has no match in {other}; must have the same points, except for settings of one value in each log");
    }
}
