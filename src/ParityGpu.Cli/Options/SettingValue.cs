using System.Globalization;
using System.Text;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>The settings of points in results.</summary>
internal static class SettingValue
{
    private const int Columns = 100;

    /// <summary>Settings that are shown even at their defaults.</summary>
    private static readonly string[] Always =
    [
        "n", "k", "model", "activation", "width", "batch", "lr", "weightDecay", "loss", "init", "subset", "maxSteps", "testSamples",
    ];

    /// <summary>The setting of points that an option names.</summary>
    /// <exception cref="UserErrorException">There is none of that name.</exception>
    public static SpecSetting Find(string name, string option) =>
        SpecSetting.Find(name) is { IsOfPoint: true } setting ? setting : throw new UserErrorException(
            $"{option} {(name.Length == 0 ? "''" : SpecSetting.Echo(name))}: must be one of {string.Join(", ", SpecSetting.OfPoints.Select(known => known.Option[2..]))}");

    /// <summary>A point's value: a number where it is one, a text elsewhere.</summary>
    public static object Of(SpecSetting setting, Point point) => Of(setting, SweepSpec.Of(point));

    /// <summary>The value of a sweep of one point.</summary>
    public static object Of(SpecSetting setting, SweepSpec point)
    {
        string text = setting.Values(point)[0];
        if (!setting.IsNumber && !setting.IsNumberOrWord)
            return text;

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
            return integer;

        return setting.IsNumber ? double.Parse(text, CultureInfo.InvariantCulture) : text;
    }

    /// <summary>Writes what a point is in lines of at most a hundred columns: the usual settings and those not at their defaults.</summary>
    public static void WriteLine(TextWriter output, Point point, IReadOnlyCollection<SpecSetting> except)
    {
        SweepSpec spec = SweepSpec.Of(point);
        var defaults = new SweepSpec();
        var line = new StringBuilder();
        foreach (SpecSetting setting in SpecSetting.OfPoints.Except(except))
        {
            string value = setting.Values(spec)[0];
            if (!Always.Contains(setting.Name) && setting.Values(defaults)[0] == value)
                continue;

            string text = $"{setting.Option[2..]} {value}";
            if (line.Length > 0 && line.Length + text.Length + 3 > Columns)
            {
                output.WriteLine(line.Append(','));
                line.Clear();
            }

            line.Append(line.Length > 0 ? ", " : "").Append(text);
        }

        output.WriteLine(line);
    }
}
