namespace ParityGpu.Specs;

/// <summary>The points that have given values of some settings.</summary>
/// <param name="conditions">Settings, each with the values that it may have, in canonical text form.</param>
public sealed class PointFilter(IReadOnlyList<(SpecSetting Setting, IReadOnlyList<string> Values)> conditions)
{
    /// <summary>All points.</summary>
    public static PointFilter None { get; } = new([]);

    /// <summary>Whether a point has the values.</summary>
    public bool Matches(Point point) => conditions.All(condition => condition.Values.Contains(condition.Setting.ValueOf(point)));

    /// <summary>Checks that some points have the values.</summary>
    /// <param name="points">All existing points.</param>
    /// <param name="names">The logs that they belong to.</param>
    /// <exception cref="UserErrorException">No point has them.</exception>
    public void Check(IEnumerable<Point> points, string names)
    {
        Point[] all = [.. points];
        if (conditions.Count == 0 || all.Any(Matches))
            return;

        string[] there =
        [
            .. conditions.Select(condition => $"{condition.Setting.Option[2..]}={string.Join(',', all.Select(condition.Setting.ValueOf).Distinct())}"),
        ];
        throw new UserErrorException($"--where {this}: matches no point of {names}; must be values of its sweep, {SpecSetting.Echo(string.Join(' ', there))}");
    }

    /// <summary>The conditions in the syntax of --where.</summary>
    public override string ToString() =>
        string.Join(' ', conditions.Select(condition => $"{condition.Setting.Option[2..]}={string.Join(',', condition.Values)}"));
}
