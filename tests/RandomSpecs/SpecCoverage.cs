using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>How many points of each kind some sweeps have.</summary>
public sealed class SpecCoverage
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Points by kind, in the order of their names.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Takes note of a sweep's points.</summary>
    public void Add(SweepSpec spec)
    {
        Point[] points = [.. spec.Points()];
        foreach (Point point in points)
        {
            foreach (string kind in Kinds(spec, point))
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        if (points.Select(BankShape.KeyOf).Distinct().Count() > 1)
            counts["sweep of several shapes"] = counts.GetValueOrDefault("sweep of several shapes") + 1;
    }

    private static IEnumerable<string> Kinds(SweepSpec spec, Point point)
    {
        yield return $"path {Name(BankShape.Of(point).Path)}";
        yield return $"model {Name(point.Model)}";
        yield return $"loss {Name(point.Loss)}";
        yield return $"init {Name(point.Init)}";
        yield return $"optimizer {Name(point.Optimizer)}";
        yield return $"train {Name(point.Train)}";
        yield return $"subset {Name(point.Subset)}";
        yield return $"biases {Name(point.Biases)}";
        yield return $"batch {(point.Batch == 1 ? "1" : point.Batch < 32 ? "2-31" : point.Batch == 32 ? "32" : "above 32")}";
        yield return $"n {(point.N <= 32 ? "1-32" : "above 32")}";
        yield return $"curve {(spec.Curve == CurveSteps.None ? "none" : spec.CurveGap ? "with gap" : "without gap")}";
        if (point.Model.HasActivation())
            yield return $"activation {Name(point.Activation)}";

        if (point.Model == Model.Mlp)
            yield return $"output {Name(point.Output)}";

        (string Kind, bool Has)[] extras =
        [
            ("norms in curves", spec.CurveNorms),
            ("curves of tasks", spec.CurveTasks && point.Tasks != TaskList.None),
            ("width 1", point.Width == 1),
            ("width of odd size", point.Width % 16 != 0 && point.Width > 16),
            ("finite sample", point.Samples > 0),
            ("noise", point.Noise > 0),
            ("inputs 0 and 1", point.Encoding == InputEncoding.ZeroOne),
            ("input bias", point.InputBias != 0.5),
            ("mixture", point.Mixture < 1),
            ("biased steps", point.BiasedSteps > 0),
            ("input schedule", point.InputSchedule != InputSchedule.None),
            ("weight decay", point.WeightDecay > 0),
            ("schedule", point.Schedule != Schedule.Constant),
            ("initial seed", point.InitSeed > 0),
            ("initial sigma", point.InitSigma > 0),
            ("two logits", point.Logits == 2),
            ($"check {(point.Check == CheckTimes.Epoch || point.Check == CheckTimes.Never ? point.Check : "every N steps")}", point.Check != CheckTimes.Step),
            ("target accuracy", point.TargetAccuracy < 1),
            ("tasks of one control bit", point.Tasks.MostControls == 1),
            ("tasks of several control bits", point.Tasks.MostControls > 1),
            ("batches of one task", point.SingleSteps > 0),
            ("equal tasks", point.TaskBatch == TaskBatch.Equal),
            ("polynomial target", !point.Target.IsParity),
            ("polynomial target of tasks", !point.Target.IsParity && point.Tasks != TaskList.None),
        ];
        foreach (var (kind, has) in extras)
        {
            if (has)
                yield return kind;
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => new NameKind<T>().Format(value);
}
