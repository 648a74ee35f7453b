using System.Reflection;

namespace ParityGpu.Specs;

/// <summary>A setting whose values have one type: the common part of lists and scalars.</summary>
internal abstract class TypedSetting<T>(PropertyInfo property, SettingAttribute attribute)
    : SpecSetting(
        property, attribute, (ValueKind<T>?)attribute.Kind ?? ValueKind<T>.OfType(), PropertyOfPoint(property, attribute) is not null)
{
    private ValueKind<T> Typed => (ValueKind<T>)Kind;

    public override Type ValueType => typeof(T);

    /// <summary>The value of a point.</summary>
    protected Accessor<Point, T>? OfPoint { get; } =
        PropertyOfPoint(property, attribute) is { } ofPoint ? new Accessor<Point, T>(ofPoint) : null;

    internal override Point WithDefault(Point point)
    {
        T standard = OfPoint!.Get(SweepSpec.Standard);
        if (EqualityComparer<T>.Default.Equals(OfPoint.Get(point), standard))
            return point;

        Point changed = point with { };
        OfPoint.Set(changed, standard);
        return changed;
    }

    protected string Format(T value) => Typed.Format(value);

    protected T Parse(string text, string label) =>
        Typed.TryParse(text.Trim(), out T value) && Typed.Allows(value) ? value : throw Refuse(label, text);

    private static PropertyInfo? PropertyOfPoint(PropertyInfo property, SettingAttribute attribute) =>
        typeof(Point).GetProperty(attribute.OfPoint ?? property.Name);
}
