namespace ParityGpu.Specs;

/// <summary>Settings without effect in a sweep, because no point of it has them (<see cref="SettingNeed"/>).</summary>
public static class IdleSettings
{
    /// <summary>Rejects settings that a user requested but that have no effect.</summary>
    /// <param name="spec">The whole sweep.</param>
    /// <param name="typed">Settings given one by one, which count as requested whatever their values.</param>
    /// <param name="listed">Settings of a file, which may list defaults as well.</param>
    /// <exception cref="UserErrorException">One has no effect.</exception>
    public static void Refuse(SweepSpec spec, IEnumerable<SpecSetting> typed, IEnumerable<SpecSetting> listed)
    {
        foreach (SpecSetting setting in typed.Concat(listed.Where(setting => !IsDefault(spec, setting))))
        {
            if (Reason(spec, setting) is { } reason)
                throw new UserErrorException($"{setting.Option} {setting.Shown(spec)}: {reason}");
        }
    }

    /// <summary>The same sweep with every setting that has no effect at its default.</summary>
    public static SweepSpec Dropped(SweepSpec spec)
    {
        var standard = new SweepSpec();
        return SpecSetting.All.Where(setting => !IsDefault(spec, setting) && Reason(spec, setting) is not null)
            .Aggregate(spec, (each, setting) => setting.Apply(each, [.. setting.Values(standard)], setting.Option));
    }

    /// <summary>What a setting without effect needs and must be, or null if it has an effect.</summary>
    public static string? Reason(SweepSpec spec, SpecSetting setting)
    {
        if (SettingNeed.Of(setting) is not { } need || spec.Combinations().Any(need.IsMet))
            return null;

        // Values that the network or the target itself implies; giving them is allowed.
        string[] own = [.. spec.Combinations().Select(point => setting.ValueOf(point.Normalised())).Distinct()];
        return setting.Name switch
        {
            "width" or "k" when spec.Combinations().All(point => setting.ValueOf(point) == setting.ValueOf(point.Normalised())) => null,
            "width" => $"needs {need.Needs}; must be k (k = {string.Join(',', own)}) or left out otherwise",
            "k" => $"needs {need.Needs}; must be the number of hidden coordinates of the target ({string.Join(',', own)}) or left out otherwise",
            _ => $"needs {need.Needs}; must be left out otherwise",
        };
    }

    /// <summary>Whether a setting is at its default.</summary>
    public static bool IsDefault(SweepSpec spec, SpecSetting setting) => setting.Values(spec).SequenceEqual(setting.Values(new SweepSpec()));
}
