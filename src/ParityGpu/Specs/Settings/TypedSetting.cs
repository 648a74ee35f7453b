using System.Reflection;

namespace ParityGpu.Specs;

/// <summary>A setting whose values are of one type: what lists and scalars share.</summary>
internal abstract class TypedSetting<T>(PropertyInfo property, SettingAttribute attribute)
    : SpecSetting(property, attribute.Description, PropertyOfPoint(property, attribute) is not null)
{
    private readonly ValueKind<T> kind = (ValueKind<T>?)attribute.Kind ?? ValueKind<T>.OfType();

    public override Type ValueType => typeof(T);

    public override bool IsNumber => kind.IsNumber;

    public override bool IsBoolean => kind.IsBoolean;

    public override IReadOnlyList<string> Words => kind.Words;

    public override string HelpName => kind.HelpName;

    public override string Allowed => kind.Allowed;

    public override IReadOnlyList<string> Names => kind.Names;

    /// <summary>The value of a point.</summary>
    protected Accessor<Point, T>? OfPoint { get; } =
        PropertyOfPoint(property, attribute) is { } ofPoint ? new Accessor<Point, T>(ofPoint) : null;

    internal override Point WithDefault(Point point)
    {
        T standard = OfPoint!.Get(Standard);
        if (EqualityComparer<T>.Default.Equals(OfPoint.Get(point), standard))
            return point;

        Point changed = point with { };
        OfPoint.Set(changed, standard);
        return changed;
    }

    protected string Format(T value) => kind.Format(value);

    protected T Parse(string text, string label) =>
        kind.TryParse(text.Trim(), out T value) && kind.Allows(value) ? value : throw Refuse(label, text);

    private static PropertyInfo? PropertyOfPoint(PropertyInfo property, SettingAttribute attribute) =>
        typeof(Point).GetProperty(attribute.OfPoint ?? property.Name);
}
