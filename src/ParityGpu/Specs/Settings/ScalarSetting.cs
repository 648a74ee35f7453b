using System.Collections.Immutable;
using System.Reflection;

namespace ParityGpu.Specs;

/// <summary>A setting with one value for the whole sweep.</summary>
internal sealed class ScalarSetting<T>(PropertyInfo property, SettingAttribute attribute) : TypedSetting<T>(property, attribute)
{
    private readonly Accessor<SweepSpec, T> value = new(property);

    public override bool IsList => false;

    public override ImmutableArray<string> Values(SweepSpec spec) => [Format(value.Get(spec))];

    public override SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label)
    {
        if (values.Count != 1)
            throw new UserErrorException($"{label}: {values.Count} values; must be one value");

        SweepSpec changed = spec with { };
        value.Set(changed, Parse(values[0], label));
        return changed;
    }

    internal override void Copy(Point point, SweepSpec sweep) => value.Set(sweep, OfPoint!.Get(point));

    internal override IEnumerable<Point> Spread(SweepSpec sweep, IEnumerable<Point> points)
    {
        foreach (Point point in points)
        {
            OfPoint!.Set(point, value.Get(sweep));
            yield return point;
        }
    }
}
