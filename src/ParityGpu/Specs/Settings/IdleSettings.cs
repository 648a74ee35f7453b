namespace ParityGpu.Specs;

/// <summary>Settings without effect in a sweep, because no point of it has them (<see cref="SettingNeed"/>).</summary>
public static class IdleSettings
{
    /// <summary>Refuses settings that a user asked for and that have no effect.</summary>
    /// <param name="spec">The whole sweep.</param>
    /// <param name="typed">Settings given one by one: asked for whatever their values.</param>
    /// <param name="listed">Settings of a file, which may list defaults as well.</param>
    /// <exception cref="UserErrorException">One has none.</exception>
    public static void Refuse(SweepSpec spec, IEnumerable<SpecSetting> typed, IEnumerable<SpecSetting> listed)
    {
        foreach (SpecSetting setting in typed.Concat(listed.Where(setting => !IsDefault(spec, setting))))
        {
            if (Reason(spec, setting) is { } reason)
                throw new UserErrorException($"{setting.Option} {setting.Shown(spec)}: must be {reason}");
        }
    }

    /// <summary>The same sweep with every setting that has no effect at its default.</summary>
    public static SweepSpec Dropped(SweepSpec spec)
    {
        var standard = new SweepSpec();
        return SpecSetting.All.Where(setting => !IsDefault(spec, setting) && Reason(spec, setting) is not null)
            .Aggregate(spec, (each, setting) => setting.Apply(each, [.. setting.Values(standard)], setting.Option));
    }

    /// <summary>What a setting without effect must be, or null where it has one.</summary>
    public static string? Reason(SweepSpec spec, SpecSetting setting)
    {
        if (SettingNeed.Of(setting) is not { } need || spec.Combinations().Any(need.IsMet))
            return null;

        // Of these the network or the target has a value of its own, which may be given.
        string[] own = [.. spec.Combinations().Select(point => setting.ValueOf(point.Normalised())).Distinct()];
        return setting.Name switch
        {
            "width" or "k" when spec.Combinations().All(point => setting.ValueOf(point) == setting.ValueOf(point.Normalised())) => null,
            "width" => $"k (k = {string.Join(',', own)}) or left out without {need.Needs}",
            "k" => $"the hidden coordinates of the target ({string.Join(',', own)}) or left out without {need.Needs}",
            _ => $"left out without {need.Needs}",
        };
    }

    /// <summary>Whether a setting is as it is in a sweep that does not name it.</summary>
    public static bool IsDefault(SweepSpec spec, SpecSetting setting) => setting.Values(spec).SequenceEqual(setting.Values(new SweepSpec()));
}
