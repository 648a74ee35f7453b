using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// What a setting needs to have an effect on a point. The one place where this is written: points drop what they do not have
/// (<see cref="Point.Normalised"/>), users who ask for it are told (<see cref="IdleSettings"/>), and help lists it.
/// </summary>
/// <param name="Setting">Name of the setting.</param>
/// <param name="Needs">The options that give it an effect, for messages: <c>--model mlp</c>.</param>
/// <param name="IsMet">Whether it has one.</param>
/// <param name="Drop">The point with the setting at the value that stands for none.</param>
internal sealed record SettingNeed(string Setting, string Needs, Func<Point, bool> IsMet, Func<Point, Point> Drop)
{
    private static readonly Point Standard = new(1, 1, 1, 1, 1);

    private static readonly Model[] WidthModels = [Model.Mlp, Model.Deep, Model.Transformer];

    /// <summary>The settings that some points do not have. Points have all others.</summary>
    public static ImmutableArray<SettingNeed> All { get; } =
    [
        OfModel("activation", point => point.Activation, (point, value) => point with { Activation = value }, Model.Mlp),
        OfModel("output", point => point.Output, (point, value) => point with { Output = value }, Model.Mlp),
        OfModel("depth", point => point.Depth, (point, value) => point with { Depth = value }, Model.Deep),
        OfModel("dEmb", point => point.DEmb, (point, value) => point with { DEmb = value }, Model.Transformer),
        OfModel("heads", point => point.Heads, (point, value) => point with { Heads = value }, Model.Transformer),
        OfModel("dAttn", point => point.DAttn, (point, value) => point with { DAttn = value }, Model.Transformer),
        OfModel("biases", point => point.Biases, (point, value) => point with { Biases = value }, Model.Mlp, Model.Polynet, Model.Deep, Model.Transformer),

        // A product of k factors is k wide.
        new("width", Named(WidthModels), point => WidthModels.Contains(point.Model), point => point with { Width = point.K }),
        Of("sparsity", "--init sparse", point => point.Init == Init.Sparse, point => point.Sparsity, (point, value) => point with { Sparsity = value }),
        Of(
            "momentum", "--optimizer momentum or adam", point => point.Optimizer is Optimizer.Momentum or Optimizer.Adam,
            point => point.Momentum, (point, value) => point with { Momentum = value }),
        Of("beta2", "--optimizer adam", point => point.Optimizer == Optimizer.Adam, point => point.Beta2, (point, value) => point with { Beta2 = value }),
        Of("epsilon", "--optimizer adam", point => point.Optimizer == Optimizer.Adam, point => point.Epsilon, (point, value) => point with { Epsilon = value }),

        // Dropping it would make one point of two that older logs have apart.
        new("weightDecay", "a phase of --schedule that has no decay of its own", point => point.Schedule.Phases.Any(phase => phase.Decay is null), point => point),
    ];

    private static readonly ImmutableDictionary<string, SettingNeed> ByName = All.ToImmutableDictionary(need => need.Setting);

    /// <summary>What a setting needs, or null where every point has it.</summary>
    public static SettingNeed? Of(SpecSetting setting) => ByName.GetValueOrDefault(setting.Name);

    /// <summary>Whether a point has a setting.</summary>
    public static bool Has(Point point, SpecSetting setting) => Of(setting)?.IsMet(point) ?? true;

    private static SettingNeed OfModel<T>(string setting, Func<Point, T> get, Func<Point, T, Point> set, params Model[] models) =>
        Of(setting, Named(models), point => models.Contains(point.Model), get, set);

    private static SettingNeed Of<T>(string setting, string needs, Func<Point, bool> isMet, Func<Point, T> get, Func<Point, T, Point> set)
    {
        T standard = get(Standard);
        return new(setting, needs, isMet, point => EqualityComparer<T>.Default.Equals(get(point), standard) ? point : set(point, standard));
    }

    private static string Named(Model[] models)
    {
        string[] names = [.. models.Select(new NameKind<Model>().Format)];
        return $"--model {(names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}")}";
    }
}
