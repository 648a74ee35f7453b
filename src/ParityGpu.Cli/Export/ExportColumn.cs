using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>What the cells of a row are taken from.</summary>
/// <param name="Settings">The point's values, in the order of <see cref="SpecSetting.OfPoints"/>.</param>
/// <param name="Run">The run.</param>
/// <param name="End">How it ended; null while it is in flight.</param>
/// <param name="At">A point of its curve, if rows are points of curves; unused otherwise.</param>
/// <param name="Log">The log that holds the run, as it was given.</param>
internal readonly record struct ExportRow(object?[] Settings, RunUnderWay Run, RunRecord? End, CurvePoint At, string Log)
{
    /// <summary>One of the run's tasks, if rows are tasks or tasks at points of its curve.</summary>
    public ExportTask Task { get; init; }
}

/// <summary>A task of a run.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Frequency">Fraction of the samples that belong to it.</param>
/// <param name="Learned">The step at which it was learned; null if it was not.</param>
/// <param name="Loss">Its loss at the run's end, or at the point of the curve, in bits if it is logistic.</param>
internal readonly record struct ExportTask(int Number, double Frequency, long? Learned, double Loss);

/// <summary>What rows are.</summary>
internal enum ExportRows
{
    Runs,

    /// <summary>Points of the runs' curves.</summary>
    Curves,

    /// <summary>Tasks of the runs.</summary>
    Tasks,

    /// <summary>Tasks at the points of the runs' curves.</summary>
    TaskCurves,
}

/// <summary>A cell's value; null where there is none.</summary>
internal delegate object? Cell(in ExportRow row);

/// <summary>A column of the table.</summary>
/// <param name="Name">A setting's name in spec files, or a log's name for a result.</param>
/// <param name="Type">Type of the values: int, long, float, double or string.</param>
/// <param name="Value">A row's value.</param>
/// <param name="IsNullable">Whether there may be none.</param>
internal sealed record ExportColumn(string Name, Type Type, Cell Value, bool IsNullable = false);
