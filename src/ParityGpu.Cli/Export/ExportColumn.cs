using ParityGpu.Specs;

namespace ParityGpu.Cli.Export;

/// <summary>What the cells of a row are taken from.</summary>
/// <param name="Settings">The point's values, in the order of <see cref="SpecSetting.OfPoints"/>.</param>
/// <param name="Run">The run.</param>
/// <param name="End">How it ended; null while it is in flight.</param>
/// <param name="At">A point of its curve where rows are such points; nothing otherwise.</param>
/// <param name="Log">The log that holds the run, as it was given.</param>
internal readonly record struct ExportRow(object?[] Settings, RunUnderWay Run, RunRecord? End, CurvePoint At, string Log);

/// <summary>A cell's value.</summary>
internal delegate T Cell<T>(in ExportRow row);

/// <summary>Writes the cells of a row, one after another.</summary>
internal interface ICellWriter
{
    void Number<T>(T? value)
        where T : struct, IUtf8SpanFormattable;

    void Text(string value);
}

/// <summary>A column of the table: a name and a type.</summary>
internal abstract class ExportColumn(string name)
{
    /// <summary>A setting's name in spec files, or a log's name for a result.</summary>
    public string Name { get; } = name;

    public abstract void Write(in ExportRow row, ICellWriter cells);
}

/// <summary>A column of int, long, float or double.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">The number, or null where there is none.</param>
/// <param name="isNullable">Whether there may be none.</param>
internal sealed class NumberColumn<T>(string name, Cell<T?> value, bool isNullable = false) : ExportColumn(name)
    where T : struct, IUtf8SpanFormattable
{
    public bool IsNullable => isNullable;

    public T? Value(in ExportRow row) => value(row);

    public override void Write(in ExportRow row, ICellWriter cells) => cells.Number(value(row));
}

/// <summary>A column of text.</summary>
internal sealed class TextColumn(string name, Cell<string> value) : ExportColumn(name)
{
    public string Value(in ExportRow row) => value(row);

    public override void Write(in ExportRow row, ICellWriter cells) => cells.Text(value(row));
}
