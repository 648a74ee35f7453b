using System.Globalization;
using ParityGpu.Cli.Options;
using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>The columns of all tables (README.md), the same whatever the logs hold.</summary>
internal static class ExportColumns
{
    /// <summary>The outcome of a run that has none yet.</summary>
    private const string InFlight = "in-flight";

    /// <summary>Number of measures that every curve has, possibly as NaN: all before the gap.</summary>
    private static readonly int Always = Array.IndexOf(CurveMeasure.All, CurveMeasure.Gap);

    private static readonly ExportColumn[] Settings = [.. SpecSetting.OfPoints.Select(OfSetting)];

    private static readonly ExportColumn Seed = new("seed", typeof(long), (in row) => row.Run.Seed);

    private static readonly ExportColumn Step = new("step", typeof(long), (in row) => row.At.Step);

    private static readonly ExportColumn Task = new("task", typeof(int), (in row) => row.Task.Number);

    private static readonly ExportColumn Frequency = new("frequency", typeof(double), (in row) => row.Task.Frequency);

    private static readonly ExportColumn Log = new("log", typeof(string), (in row) => row.Log);

    /// <summary>A row per run.</summary>
    private static readonly IReadOnlyList<ExportColumn> OfRuns =
    [
        .. Settings,
        Seed,
        new("outcome", typeof(string), (in row) => row.End is { } end ? LogFormat.OutcomeNames[(int)end.Outcome] : InFlight),
        new("steps", typeof(long), (in row) => row.Run.Steps),
        new("accuracy", typeof(double), (in row) => row.End?.Accuracy, IsNullable: true),
        new("heldOutLoss", typeof(double), (in row) => row.End is { } end && !double.IsNaN(end.Loss) ? end.Loss : null, IsNullable: true),
        Log,
    ];

    /// <summary>A row per point of a run's curve.</summary>
    private static readonly IReadOnlyList<ExportColumn> OfCurves =
    [
        .. Settings,
        Seed,
        Step,
        .. CurveMeasure.All.Select(OfMeasure),
        Log,
    ];

    /// <summary>A row per task of a run.</summary>
    private static readonly IReadOnlyList<ExportColumn> OfTasks =
    [
        .. Settings,
        Seed,
        Task,
        Frequency,
        new("learned", typeof(long), (in row) => row.Task.Learned, IsNullable: true),
        new("finalLoss", typeof(double), (in row) => row.Task.Loss),
        Log,
    ];

    /// <summary>A row per task at a point of a run's curve.</summary>
    private static readonly IReadOnlyList<ExportColumn> OfTaskCurves =
    [
        .. Settings,
        Seed,
        Step,
        Task,
        Frequency,
        new("loss", typeof(double), (in row) => row.Task.Loss),
        Log,
    ];

    /// <summary>The columns of rows of a kind.</summary>
    public static IReadOnlyList<ExportColumn> Of(ExportRows rows) => rows switch
    {
        ExportRows.Curves => OfCurves,
        ExportRows.Tasks => OfTasks,
        ExportRows.TaskCurves => OfTaskCurves,
        _ => OfRuns,
    };

    /// <summary>A point's values, for the columns of settings; words in place of numbers become null.</summary>
    public static object?[] Values(Point point)
    {
        SweepSpec spec = SweepSpec.Of(point);
        return [.. SpecSetting.OfPoints.Select(setting => Value(setting, SettingValue.Of(setting, spec)))];
    }

    private static object? Value(SpecSetting setting, object value)
    {
        if (!IsNumeric(setting))
            return Convert.ToString(value, CultureInfo.InvariantCulture);

        return value is string ? null : Convert.ChangeType(value, setting.ValueType, CultureInfo.InvariantCulture);
    }

    private static ExportColumn OfSetting(SpecSetting setting, int place)
    {
        bool numeric = IsNumeric(setting);
        return new(setting.Name, numeric ? setting.ValueType : typeof(string), (in row) => row.Settings[place], numeric && setting.IsNumberOrWord);
    }

    /// <summary>Whether values are numbers, or words in place of numbers.</summary>
    private static bool IsNumeric(SpecSetting setting) => setting.ValueType.IsPrimitive && (setting.IsNumber || setting.IsNumberOrWord);

    /// <summary>A measure that not all curves have is NaN for the curves that lack it.</summary>
    private static ExportColumn OfMeasure(CurveMeasure measure) => new(
        measure.Name,
        measure.IsSingle ? typeof(float) : typeof(double),
        (in row) => Array.IndexOf(CurveMeasure.All, measure) >= Always && double.IsNaN(measure.Value(row.At)) ? null : measure.Number(row.At),
        IsNullable: true);
}
