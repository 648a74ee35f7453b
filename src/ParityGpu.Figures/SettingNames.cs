using System.Globalization;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;

namespace ParityGpu.Figures;

/// <summary>Names of settings in figures: the field's symbols on axes, in legends and captions.</summary>
internal static class SettingNames
{
    private static readonly Dictionary<string, (string Symbol, string Axis)> Names = new()
    {
        ["n"] = ("n", "inputs n"),
        ["k"] = ("k", "parity degree k"),
        ["width"] = ("r", "width r (hidden units)"),
        ["depth"] = ("L", "depth L"),
        ["batch"] = ("B", "batch size B (samples per step)"),
        ["lr"] = ("η", "learning rate η"),
        ["weightDecay"] = ("λ", "weight decay λ (per step)"),
        ["samples"] = ("m", "training sample m (points)"),
        ["noise"] = ("p", "probability p of a flipped label"),
        ["inputBias"] = ("P(−1)", "probability P(−1) of a biased input"),
        ["mixture"] = ("ρ", "fraction ρ of samples with biased inputs"),
        ["train"] = ("trained", "trained layers"),
        ["sparsity"] = ("s", "inputs s of a neuron"),
    };

    /// <summary>Settings whose values need no name beside them.</summary>
    private static readonly string[] Bare = ["model", "activation", "optimizer"];

    /// <summary>Settings that captions name even at their defaults.</summary>
    private static readonly string[] Always = ["n", "k", "model", "activation", "width", "batch", "lr", "loss", "init"];

    /// <summary>Settings of the network, as opposed to those of its training.</summary>
    private static readonly string[] Network = ["model", "activation", "width", "output"];

    /// <summary>Title of an axis for the setting.</summary>
    public static string Axis(SpecSetting setting) => Names.TryGetValue(setting.Name, out var names) ? names.Axis : setting.Option[2..];

    /// <summary>A setting and a value: n = 30, η = 0.1, relu, hinge loss, zero biases.</summary>
    public static string Label(SpecSetting setting, string value) =>
        Names.TryGetValue(setting.Name, out var names) ? $"{names.Symbol} = {Readable(setting, value)}"
        : Bare.Contains(setting.Name) ? value
        : setting.Names.Count > 0 && !setting.IsBoolean ? $"{value} {setting.Option[2..]}"
        : $"{setting.Option[2..]} {value}";

    /// <summary>The settings that all points share, except those at unimportant defaults.</summary>
    public static string Shared(IReadOnlyList<Point> points)
    {
        IReadOnlyList<SpecSetting> varying = SpecSetting.Varying(points);
        SweepSpec first = SweepSpec.Of(points[0]);
        var defaults = new SweepSpec();
        return string.Join(", ", SpecSetting.OfPoints.Except(varying)
            .Where(setting => Shown(setting, points[0], setting.Values(first)[0] == setting.Values(defaults)[0]))
            .Select(setting => Label(setting, setting.Values(first)[0])));
    }

    /// <summary>The settings that all points share, then for each name those of training that differ; the name stands for the network.</summary>
    public static string OfEach(IReadOnlyList<(string Name, Point Point)> points)
    {
        Point[] all = [.. points.Select(named => named.Point)];
        SpecSetting[] training =
            [.. SpecSetting.Varying(all).Where(setting => !Network.Contains(setting.Name))];
        return training.Length == 0
            ? Shared(all)
            : $"{Shared(all)}\n{string.Join("; ", points.Select(Training).OfType<string>())}";

        // Names may already mention some of these settings.
        string? Training((string Name, Point Point) named)
        {
            string[] more =
                [.. training.Select(setting => Label(setting, setting.ValueOf(named.Point))).Where(label => !named.Name.Contains(label, StringComparison.Ordinal))];
            return more.Length == 0 ? null : $"{named.Name}: {string.Join(", ", more)}";
        }
    }

    private static bool Shown(SpecSetting setting, Point point, bool isDefault) =>
        SettingNeed.Has(point, setting) && (!isDefault || Always.Contains(setting.Name));

    private static string Readable(SpecSetting setting, string value) =>
        setting.IsNumber && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? Panel.Plain(number)
            : value;
}
