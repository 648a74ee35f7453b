using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Figures;

/// <summary>Points that differ in one setting only, in the order of its values.</summary>
/// <param name="Label">The other settings that vary among all points; empty if none does.</param>
/// <param name="Points">Value of the setting, NaN for a word, and the runs there.</param>
internal sealed record PointSeries(string Label, IReadOnlyList<(double X, PointRuns Runs)> Points)
{
    /// <summary>More lines in one panel cannot be told apart.</summary>
    public const int Most = 20;

    /// <summary>The series of points along a setting.</summary>
    /// <param name="points">Points of the logs.</param>
    /// <param name="x">The setting.</param>
    /// <exception cref="UserErrorException">There are more series than can be drawn.</exception>
    public static IReadOnlyList<PointSeries> Along(IReadOnlyList<PointRuns> points, SpecSetting x)
    {
        SpecSetting[] others = [.. SpecSetting.Varying(points.Select(runs => runs.Point)).Where(setting => setting != x)];
        IReadOnlyList<PointSeries> series =
        [
            .. points.GroupBy(runs => LabelOf(runs.Point, others))
                .Select(group => new PointSeries(group.Key, [.. group.Select(runs => (SettingAxis.Number(x.ValueOf(runs.Point)), runs)).OrderBy(point => double.IsNaN(point.Item1)).ThenBy(point => point.Item1)])),
        ];
        if (series.Count > Most)
        {
            throw new UserErrorException(
                $"{series.Count} series, one for each combination of {string.Join(", ", others.Select(setting => setting.Option[2..]))}; "
                + $"must be at most {Most}; select with --where, such as --where {others[0].Option[2..]}={others[0].ValueOf(points[0].Point)}");
        }

        return series;
    }

    /// <summary>One series with a given name.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="points">Its points, in any order.</param>
    /// <param name="x">Place of a point on the x axis.</param>
    public static PointSeries Of(string label, IEnumerable<PointRuns> points, Func<Specs.Point, double> x) =>
        new(label, [.. points.Select(runs => (x(runs.Point), runs)).OrderBy(point => point.Item1)]);

    /// <summary>Checks that there are not too many things to tell apart.</summary>
    /// <param name="count">Number of things.</param>
    /// <param name="things">What they are, such as points.</param>
    /// <param name="each">What each of them gets, such as a panel.</param>
    /// <exception cref="UserErrorException">There are more than <see cref="Most"/>.</exception>
    public static void CheckCount(int count, string things, string each)
    {
        if (count > Most)
            throw new UserErrorException($"{count} {things}; must be at most {Most}, one {each} each; select with --where");
    }

    /// <summary>The given settings of a point.</summary>
    public static string LabelOf(Point point, IEnumerable<SpecSetting> settings) =>
        string.Join(", ", settings.Select(setting => SettingNames.Label(setting, setting.ValueOf(point))));
}
