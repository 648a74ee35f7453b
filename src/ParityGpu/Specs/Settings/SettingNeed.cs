using System.Collections.Immutable;
using ParityGpu.Kernels;

namespace ParityGpu.Specs;

/// <summary>
/// What a setting needs to have an effect on a point. This is the only place that says so: points drop settings that they do not have
/// (<see cref="Point.Normalised"/>), users who request them are told (<see cref="IdleSettings"/>), and help lists the needs.
/// </summary>
/// <param name="Setting">Name of the setting.</param>
/// <param name="Needs">The options that give it an effect, for messages: <c>--model mlp</c>.</param>
/// <param name="IsMet">Whether it has an effect.</param>
/// <param name="Drop">Sets the setting to the value that stands for none; null to set the default.</param>
internal sealed record SettingNeed(string Setting, string Needs, Func<Point, bool> IsMet, Func<Point, Point>? Drop = null)
{
    /// <summary>The settings that only some points have; all other settings apply to every point.</summary>
    public static ImmutableArray<SettingNeed> All { get; } =
    [
        // A polynomial determines k by the coordinates that it names, a list of tasks by the first task's inputs.
        new("k", "--target parity and no list of --tasks", point => IsParity(point) && point.Tasks.Listed.Length == 0, point => point with { K = Named(point) }),
        new("subset", "--tasks none", point => !HasTasks(point)),
        new("taskBatch", "--tasks", HasTasks),
        new("singleSteps", "--tasks, --task-batch drawn and fresh batches", point => HasTasks(point) && point.TaskBatch == TaskBatch.Drawn && point.Samples == 0),
        new("zipf", "a number for --tasks and --task-batch drawn", point => point.Tasks.IsDrawn && point.TaskBatch == TaskBatch.Drawn),
        new("taskSamples", "--tasks and --curve", HasTasks),
        new("taskSeed", "a number for --tasks", point => point.Tasks.IsDrawn),
        new("taskLoss", "--tasks and --curve", HasTasks),
        new("noise", "--target parity", IsParity),
        new("targetAccuracy", "--target parity, --check other than never", point => IsParity(point) && IsChecked(point)),
        new("targetLoss", "a polynomial --target, --check other than never", point => !IsParity(point) && IsChecked(point)),
        OfModel("activation", Models.HasActivation),
        OfModel("output", model => model == Model.Mlp),
        OfModel("depth", Models.IsDeep),
        OfModel("dEmb", model => model == Model.Transformer),
        OfModel("heads", model => model == Model.Transformer),
        OfModel("dAttn", model => model == Model.Transformer),
        new("biases", "--model other than disjoint-polynet", point => point.Model != Model.DisjointPolynet),

        // A product of k factors is k wide.
        OfModel("width", model => !model.IsProduct()) with { Drop = point => point with { Width = point.K } },
        new("logits", "--loss logistic and a trained output layer", point => point.Loss == Loss.Logistic && point.TrainsOutput),
        new("sparsity", "--init sparse", point => point.Init == Init.Sparse),
        new("initSigma", "--init gaussian or rademacher", point => point.Init is Init.Gaussian or Init.Rademacher),
        new("momentum", "--optimizer momentum, adam or adamw", point => point.Optimizer == Optimizer.Momentum || IsAdam(point)),
        new("beta2", "--optimizer adam or adamw", IsAdam),
        new("epsilon", "--optimizer adam or adamw", IsAdam),

        new("encoding", "--model other than transformer", point => point.Model.ReadsInputs()),
        new("inputSchedule", "fresh batches", point => point.Samples == 0),
        new("inputBias", "--input-schedule none", HasOneBias),
        new("mixture", "--input-bias other than 0.5", IsBiased),
        new("biasedSteps", "--input-bias other than 0.5 and fresh batches", point => IsBiased(point) && point.Samples == 0),

        // Dropping it would merge points that older logs keep apart.
        new("weightDecay", "a phase of --schedule without a decay of its own", point => point.Schedule.Phases.Any(phase => phase.Decay is null), point => point),
    ];

    private static readonly ImmutableDictionary<string, SettingNeed> ByName = All.ToImmutableDictionary(need => need.Setting);

    private readonly SpecSetting setting = SpecSetting.Find(Setting)!;

    /// <summary>What a setting needs, or null if every point has it.</summary>
    public static SettingNeed? Of(SpecSetting setting) => ByName.GetValueOrDefault(setting.Name);

    /// <summary>Whether a point has a setting.</summary>
    public static bool Has(Point point, SpecSetting setting) => Of(setting)?.IsMet(point) ?? true;

    /// <summary>The point without the setting.</summary>
    public Point Dropped(Point point) => Drop?.Invoke(point) ?? setting.WithDefault(point);

    private static bool IsParity(Point point) => point.Target.IsParity;

    private static bool HasTasks(Point point) => point.Tasks != TaskList.None;

    private static int Named(Point point) => IsParity(point) ? point.Tasks.Listed[0].Inputs.Length : point.Target.Inputs;

    private static bool HasOneBias(Point point) => point.InputSchedule == InputSchedule.None || point.Samples > 0;

    private static bool IsBiased(Point point) => HasOneBias(point) && point.InputBias != InputSchedule.Phase.Uniform;

    private static bool IsChecked(Point point) => point.Check != CheckTimes.Never;

    private static bool IsAdam(Point point) => point.KernelOptimizer == Optimizer.Adam;

    private static SettingNeed OfModel(string setting, Func<Model, bool> has)
    {
        string[] names = [.. Enum.GetValues<Model>().Where(has).Select(new NameKind<Model>().Format)];
        string named = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
        return new(setting, $"--model {named}", point => has(point.Model));
    }
}
