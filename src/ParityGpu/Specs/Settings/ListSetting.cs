using System.Collections.Immutable;
using System.Reflection;

namespace ParityGpu.Specs;

/// <summary>A setting whose values multiply out into points.</summary>
internal sealed class ListSetting<T>(PropertyInfo property, SettingAttribute attribute) : TypedSetting<T>(property, attribute)
{
    private readonly Accessor<SweepSpec, ImmutableArray<T>> values = new(property);

    public override bool IsList => true;

    public override ImmutableArray<string> Values(SweepSpec spec) =>
        values.Get(spec).IsDefaultOrEmpty ? [] : [.. values.Get(spec).Select(Format)];

    public override SweepSpec Apply(SweepSpec spec, IReadOnlyList<string> values, string label)
    {
        if (values.Count is 0 or > MaxValues)
            throw new UserErrorException($"{label}: {values.Count} values; must be 1 to {MaxValues} values");

        var seen = new HashSet<T>();
        foreach (string text in values)
        {
            if (!seen.Add(Parse(text, label)))
                throw new UserErrorException($"{label} {Echo(text)}: is given twice; must be different values");
        }

        SweepSpec changed = spec with { };
        this.values.Set(changed, [.. values.Select(text => Parse(text, label))]);
        return changed;
    }

    internal override void Copy(Point point, SweepSpec sweep) => values.Set(sweep, [OfPoint!.Get(point)]);

    internal override IEnumerable<Point> Spread(SweepSpec sweep, IEnumerable<Point> points)
    {
        ImmutableArray<T> each = values.Get(sweep);
        foreach (Point point in points)
        {
            foreach (T value in each)
            {
                Point one = each.Length == 1 ? point : point with { };
                OfPoint!.Set(one, value);
                yield return one;
            }
        }
    }
}
