using ParityGpu.Specs;

namespace ParityGpu.Figures.SearchedSettings;

/// <summary>Combines many points into few sweeps.</summary>
internal static class SweepUnion
{
    /// <summary>
    /// Merges sweeps until no two differ in only one list of values. The same points are trained, in fewer sweeps and logs.
    /// </summary>
    /// <param name="sweeps">Sweeps without a point in common.</param>
    public static IReadOnlyList<SweepSpec> Of(IEnumerable<SweepSpec> sweeps)
    {
        var result = sweeps.ToList();
        for (bool merged = true; merged;)
        {
            merged = false;
            foreach (SpecSetting setting in SpecSetting.All.Where(setting => setting.IsList))
            {
                SweepSpec[] united = [.. result.GroupBy(spec => Others(spec, setting)).Select(alike => Unite([.. alike], setting))];
                merged |= united.Length < result.Count;
                result = [.. united];
            }
        }

        return result;
    }

    private static SweepSpec Unite(IReadOnlyList<SweepSpec> alike, SpecSetting setting) =>
        setting.Apply(alike[0], [.. alike.SelectMany(spec => setting.Values(spec)).Distinct()], setting.Option);

    private static string Others(SweepSpec spec, SpecSetting setting) =>
        string.Join(' ', SpecSetting.All.Where(other => other != setting).Select(other => string.Join(',', other.Values(spec))));
}
