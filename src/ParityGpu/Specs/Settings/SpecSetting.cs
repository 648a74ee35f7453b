using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace ParityGpu.Specs;

/// <summary>
/// One setting of a <see cref="SweepSpec"/>: its names, its allowed values, and how it is read and written as text. The command line, spec files and
/// log headers all go through here.
/// </summary>
public abstract class SpecSetting
{
    /// <summary>Longest list of values.</summary>
    public const int MaxValues = 10_000;

    /// <summary>Longest echo of a bad value in a message.</summary>
    private const int MaxEcho = 60;

    /// <summary>
    /// The settings that vary fastest among a sweep's points, the last of them fastest; all
    /// others vary in canonical order. Logs number their points in this order.
    /// </summary>
    private static readonly string[] Fastest = ["width", "optimizer", "train", "samples", "noise", "batch", "lr", "weightDecay"];

    private readonly bool leftOutAtDefault;

    private protected SpecSetting(PropertyInfo property, SettingAttribute attribute, ValueKind kind, bool isOfPoint)
    {
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Option = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
        Description = attribute.Description;
        leftOutAtDefault = attribute.LeftOutAtDefault;
        Kind = kind;
        IsOfPoint = isOfPoint;
    }

    /// <summary>Name in JSON, camelCase.</summary>
    public string Name { get; }

    /// <summary>Name on the command line: two dashes and the kebab-case form.</summary>
    public string Option { get; }

    /// <summary>One line for help.</summary>
    public string Description { get; }

    /// <summary>Whether several values may be given; they multiply out into points.</summary>
    public abstract bool IsList { get; }

    private protected ValueKind Kind { get; }

    /// <summary>Type of a value.</summary>
    public abstract Type ValueType { get; }

    /// <summary>Whether values are numbers in JSON; they are strings otherwise.</summary>
    public bool IsNumber => Kind.IsNumber;

    /// <summary>Whether values are true and false in JSON.</summary>
    public bool IsBoolean => Kind.IsBoolean;

    /// <summary>Words that are allowed besides numbers.</summary>
    public IReadOnlyList<string> Words => Kind.Words;

    /// <summary>Whether the JSON form may be a number as well as a string.</summary>
    public bool IsNumberOrWord => Words.Count > 0;

    /// <summary>Placeholder of the value in help.</summary>
    public string HelpName => Kind.HelpName;

    /// <summary>The allowed values; completes "must be …".</summary>
    public string Allowed => Kind.Allowed;

    /// <summary>The allowed values if they are names.</summary>
    public IReadOnlyList<string> Names => Kind.Names;

    /// <summary>Whether the setting distinguishes points; the others say which runs a sweep has and what it keeps of them.</summary>
    public bool IsOfPoint { get; }

    /// <summary>Every setting, in the canonical order of JSON: that of <see cref="SweepSpec"/>'s properties.</summary>
    public static ImmutableArray<SpecSetting> All { get; } =
    [
        .. from property in typeof(SweepSpec).GetProperties()
           let attribute = property.GetCustomAttribute<SettingAttribute>()
           where attribute is not null
           orderby property.MetadataToken
           select Create(property, attribute),
    ];

    /// <summary>The settings that distinguish points, in canonical order.</summary>
    public static ImmutableArray<SpecSetting> OfPoints { get; } = [.. All.Where(setting => setting.IsOfPoint)];

    /// <summary>The same, from the one that varies slowest among a sweep's points to the fastest.</summary>
    internal static ImmutableArray<SpecSetting> Nesting { get; } = [.. OfPoints.OrderBy(setting => Array.IndexOf(Fastest, setting.Name))];

    /// <summary>The settings in which some of the points differ, in canonical order.</summary>
    public static IReadOnlyList<SpecSetting> Varying(IEnumerable<Point> points)
    {
        SweepSpec[] specs = [.. points.Select(SweepSpec.Of)];
        return [.. OfPoints.Where(setting => specs.Select(spec => setting.Values(spec)[0]).Distinct().Count() > 1)];
    }

    /// <summary>The options that make a sweep: those that are not at their default and have an effect.</summary>
    public static IEnumerable<string> Options(SweepSpec sweep) =>
        from setting in All
        where !IdleSettings.IsDefault(sweep, setting) && IdleSettings.Reason(sweep, setting) is null
        select $"{setting.Option} {string.Join(',', setting.Values(sweep))}";

    /// <summary>The command that trains a sweep.</summary>
    public static string Command(SweepSpec sweep) => string.Join(' ', Options(sweep).Prepend("parity sweep"));

    /// <summary>A point's value in canonical text form.</summary>
    public string ValueOf(Point point) => Values(SweepSpec.Of(point))[0];

    /// <summary>The setting of a JSON key, camelCase or kebab-case, or null.</summary>
    public static SpecSetting? Find(string key) =>
        All.FirstOrDefault(setting => key == setting.Name || key == setting.Option[2..]);

    /// <summary>The values in canonical text form.</summary>
    public abstract ImmutableArray<string> Values(SweepSpec spec);

    /// <summary>Whether the written form of a sweep names the setting (<see cref="SettingAttribute.LeftOutAtDefault"/>).</summary>
    internal bool IsWritten(SweepSpec spec) => !leftOutAtDefault || !IdleSettings.IsDefault(spec, this);

    /// <summary>The values for a message.</summary>
    public string Shown(SweepSpec spec) => Echo(string.Join(',', Values(spec)));

    /// <summary>
    /// The spec with this setting read from text. Repeated values are rejected: they would train the same runs twice.
    /// </summary>
    /// <param name="spec">The other settings.</param>
    /// <param name="values">One text per value.</param>
    /// <param name="label">The setting's name in messages, such as <c>--lr</c>.</param>
    /// <exception cref="UserErrorException">A value is not allowed.</exception>
    public abstract SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label);

    /// <summary>Checks the values that are in a spec.</summary>
    /// <exception cref="UserErrorException">A value is not allowed.</exception>
    public void Check(SweepSpec spec) => Apply(spec, Values(spec), Option);

    /// <summary>Gives a sweep the point's value.</summary>
    internal abstract void Copy(Point point, SweepSpec sweep);

    /// <summary>Gives points the value of a sweep; if it has several, each point becomes one point per value.</summary>
    internal abstract IEnumerable<Point> Spread(SweepSpec sweep, IEnumerable<Point> points);

    /// <summary>The point with the default of the setting.</summary>
    internal abstract Point WithDefault(Point point);

    /// <summary>Reduces text from outside to one short printable line.</summary>
    public static string Echo(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= MaxEcho ? line : line[..MaxEcho] + "…";
    }

    private protected UserErrorException Refuse(string label, string value) =>
        new($"{label} {(value.Length == 0 ? "''" : Echo(value))}: must be {Allowed}{Spelling.Hint(value, Names)}");

    private static SpecSetting Create(PropertyInfo property, SettingAttribute attribute)
    {
        Type type = property.PropertyType;
        bool isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);
        Type setting = isList ? typeof(ListSetting<>).MakeGenericType(type.GenericTypeArguments) : typeof(ScalarSetting<>).MakeGenericType(type);
        return (SpecSetting)Activator.CreateInstance(setting, property, attribute)!;
    }
}
