using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// Settings without effect in a sweep, because no network, initialisation or optimizer of it has them. Values at their default are
/// none: they ask for nothing.
/// </summary>
public static class IdleSettings
{
    /// <summary>Refuses settings that a user gave without effect.</summary>
    /// <exception cref="UserErrorException">One has none.</exception>
    public static void Refuse(SweepSpec spec, IEnumerable<SpecSetting> given)
    {
        foreach (SpecSetting setting in given)
        {
            if (Reason(spec, setting) is { } reason)
                throw new UserErrorException($"{setting.Option} {setting.Shown(spec)}: must be {reason}");
        }
    }

    /// <summary>The same sweep with every setting that has no effect at its default.</summary>
    public static SweepSpec Dropped(SweepSpec spec)
    {
        var standard = new SweepSpec();
        return SpecSetting.All.Where(setting => Reason(spec, setting) is not null)
            .Aggregate(spec, (each, setting) => setting.Apply(each, [.. setting.Values(standard)], setting.Option));
    }

    /// <summary>What a setting without effect must be, or null where it has one.</summary>
    public static string? Reason(SweepSpec spec, SpecSetting setting)
    {
        if (setting.Values(spec).SequenceEqual(setting.Values(new SweepSpec())))
            return null;

        return setting.Name switch
        {
            "activation" or "output" => Without(spec.Model, "--model", Model.Mlp),
            "depth" => Without(spec.Model, "--model", Model.Deep),
            "dEmb" or "heads" or "dAttn" => Without(spec.Model, "--model", Model.Transformer),
            "width" => OfProducts(spec),
            "sparsity" => Without(spec.Init, "--init", Init.Sparse),
            "biases" when spec.Model.All(model => model == Model.DisjointPolynet) => "left out for --model disjoint-polynet, which has no biases",
            "momentum" => Without(spec.Optimizer, "--optimizer", Optimizer.Momentum, Optimizer.Adam),
            "beta2" or "epsilon" => Without(spec.Optimizer, "--optimizer", Optimizer.Adam),
            _ => null,
        };
    }

    private static string? Without<T>(ImmutableArray<T> given, string option, params T[] needed)
        where T : struct, Enum
    {
        var names = new NameKind<T>();
        return given.Any(needed.Contains) ? null : $"left out without {option} {string.Join(" or ", needed.Select(names.Format))}";
    }

    /// <summary>The width of a product of k factors is k.</summary>
    private static string? OfProducts(SweepSpec spec)
    {
        bool products = spec.Model.All(model => model is Model.Polynet or Model.DisjointPolynet);
        bool isDegree = spec.Width.All(width => spec.K.All(k => k == width));
        return !products || isDegree
            ? null
            : $"k (k = {string.Join(',', spec.K)}) or left out for --model {string.Join(',', spec.Model.Select(new NameKind<Model>().Format))}";
    }
}
