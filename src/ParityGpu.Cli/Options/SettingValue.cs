using System.Globalization;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Options;

/// <summary>The settings of points in results.</summary>
internal static class SettingValue
{
    private static readonly Point Standard = new SweepSpec().Points().First();

    /// <summary>Settings that are shown even at their defaults.</summary>
    private static readonly string[] Always =
    [
        "n", "k", "model", "activation", "width", "batch", "lr", "weightDecay", "loss", "init", "subset", "maxSteps", "testSamples",
    ];

    /// <summary>The setting of points that an option names.</summary>
    /// <exception cref="UserErrorException">There is no setting of that name.</exception>
    public static SpecSetting Find(string name, string option) =>
        SpecSetting.Find(name) is { IsOfPoint: true } setting ? setting : throw new UserErrorException(
            $"{option} {(name.Length == 0 ? "''" : SpecSetting.Echo(name))}: must be one of {string.Join(", ", Completions.Settings)}{Spelling.Hint(name, Completions.Settings)}");

    /// <summary>A point's value: a number if it is one, otherwise a text.</summary>
    public static object Of(SpecSetting setting, Point point) => Of(setting, SweepSpec.Of(point));

    /// <summary>The value of a sweep of one point.</summary>
    public static object Of(SpecSetting setting, SweepSpec point)
    {
        string text = setting.Values(point)[0];
        if (!setting.IsNumber && !setting.IsNumberOrWord)
            return text;

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
            return integer;

        return setting.IsNumber ? double.Parse(text) : text;
    }

    /// <summary>
    /// Describes a point in lines: the usual settings, those not at their defaults, and those that exist only because of its other settings.
    /// </summary>
    public static void WriteLine(TextWriter output, Point point, IReadOnlyCollection<SpecSetting> except)
    {
        SweepSpec spec = SweepSpec.Of(point);
        ScreenText.Write(output, string.Join(", ", SpecSetting.OfPoints.Except(except)
            .Where(setting => SettingNeed.Has(point, setting)
                && (Always.Contains(setting.Name) || !IdleSettings.IsDefault(spec, setting) || !SettingNeed.Has(Standard, setting)))
            .Select(setting => $"{setting.Option[2..]} {setting.Values(spec)[0]}")), separator: ", ");
    }
}
