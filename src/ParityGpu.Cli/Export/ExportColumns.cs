using System.Globalization;
using System.Numerics;
using ParityGpu.Cli.Options;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>The columns of both tables (README.md), the same whatever the logs hold.</summary>
internal static class ExportColumns
{
    private static readonly string[] OutcomeNames =
        [.. new NameKind<Outcome>().Names];

    /// <summary>The outcome of a run that has none yet.</summary>
    private const string InFlight = "in-flight";

    private static readonly TextColumn Log = new("log", (in row) => row.Log);

    private static readonly ExportColumn[] Settings = [.. SpecSetting.OfPoints.Select(OfSetting)];

    /// <summary>A row per run.</summary>
    public static IReadOnlyList<ExportColumn> OfRuns { get; } =
    [
        .. Settings,
        new NumberColumn<long>("seed", (in row) => row.Run.Seed),
        new TextColumn("outcome", (in row) => row.End is { } end ? OutcomeNames[(int)end.Outcome] : InFlight),
        new NumberColumn<long>("steps", (in row) => row.Run.Steps),
        Real<double>("accuracy", (in row) => row.End?.Accuracy),
        Log,
    ];

    /// <summary>A row per point of a run's curve.</summary>
    public static IReadOnlyList<ExportColumn> OfCurves { get; } =
    [
        .. Settings,
        new NumberColumn<long>("seed", (in row) => row.Run.Seed),
        new NumberColumn<long>("step", (in row) => row.At.Step),
        Real<float>("trainLoss", (in row) => row.At.TrainLoss),
        Real<double>("trainAccuracy", (in row) => row.At.TrainAccuracy),
        Real<double>("accuracy", (in row) => row.At.Accuracy),
        Real<float>("movement", (in row) => row.At.Movement),
        Real<float>("movementRelevant", (in row) => row.At.MovementRelevant),
        Real<float>("movementIrrelevant", (in row) => row.At.MovementIrrelevant),
        Real<float>("gap", (in row) => float.IsNaN(row.At.Gap) ? null : row.At.Gap),
        Log,
    ];

    /// <summary>A point's values, which the columns of settings read; words that stand for a number are null.</summary>
    public static object?[] Values(Point point)
    {
        SweepSpec spec = SweepSpec.Of(point);
        return [.. SpecSetting.OfPoints.Select(setting => Value(setting, SettingValue.Of(setting, spec)))];
    }

    private static object? Value(SpecSetting setting, object value)
    {
        if (value is not string)
            return Convert.ChangeType(value, setting.ValueType, CultureInfo.InvariantCulture);

        return setting.IsNumberOrWord ? null : value;
    }

    private static ExportColumn OfSetting(SpecSetting setting, int place)
    {
        if (!setting.IsNumber && !setting.IsNumberOrWord)
            return new TextColumn(setting.Name, (in row) => (string)row.Settings[place]!);

        if (setting.ValueType == typeof(int))
            return new NumberColumn<int>(setting.Name, (in row) => (int?)row.Settings[place], setting.IsNumberOrWord);

        return setting.ValueType == typeof(long)
            ? new NumberColumn<long>(setting.Name, (in row) => (long?)row.Settings[place])
            : new NumberColumn<double>(setting.Name, (in row) => (double?)row.Settings[place]);
    }

    /// <summary>A result, which is NaN or infinite where a run diverged, and which there may not be.</summary>
    private static NumberColumn<T> Real<T>(string name, Cell<T?> value)
        where T : struct, IFloatingPoint<T> =>
        new(name, value, isNullable: true);
}
