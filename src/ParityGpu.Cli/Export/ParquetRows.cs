using Parquet;
using Parquet.Schema;

namespace ParityGpu.Cli.Export;

/// <summary>
/// An Apache Parquet file. A missing value is null. Texts are encoded as dictionaries and integers as differences, which makes
/// a file a quarter as long.
/// </summary>
internal sealed class ParquetRows : IRowWriter
{
    /// <summary>Rows of a row group, which are held in memory; readers split their work by row groups.</summary>
    private const int GroupRows = 1 << 16;

    private readonly ColumnBuffer[] columns;
    private readonly ParquetWriter writer;
    private int count;

    public ParquetRows(IReadOnlyList<ExportColumn> columns, Stream output)
    {
        this.columns = [.. columns.Select(Buffer)];
        var schema = new ParquetSchema([.. this.columns.Select(column => column.Field)]);
        var options = new ParquetOptions();
        foreach (ColumnBuffer column in this.columns)
            options.ColumnEncodingHints[column.Field.Path.ToString()] = column.Encoding;

        writer = ParquetWriter.CreateAsync(schema, output, options).GetAwaiter().GetResult();
    }

    public void Write(in ExportRow row)
    {
        foreach (ColumnBuffer column in columns)
            column.Set(count, row);

        count++;
        if (count == GroupRows)
            WriteGroup();
    }

    public void Finish()
    {
        if (count > 0)
            WriteGroup();

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void WriteGroup()
    {
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        foreach (ColumnBuffer column in columns)
            column.WriteAsync(group, count).GetAwaiter().GetResult();

        group.CompleteValidate();
        count = 0;
    }

    private static ColumnBuffer Buffer(ExportColumn column) => column switch
    {
        NumberColumn<int> numbers => Numbers(numbers),
        NumberColumn<long> numbers => Numbers(numbers),
        NumberColumn<float> numbers => Numbers(numbers),
        NumberColumn<double> numbers => Numbers(numbers),
        TextColumn texts => new TextBuffer(texts),
        _ => throw new ArgumentException($"{column.Name} has a type that Parquet files are not written with.", nameof(column)),
    };

    private static ColumnBuffer Numbers<T>(NumberColumn<T> column)
        where T : struct, IUtf8SpanFormattable =>
        column.IsNullable ? new NullableBuffer<T>(column) : new NumberBuffer<T>(column);

    private static EncodingHint EncodingOf<T>() =>
        typeof(T) == typeof(int) || typeof(T) == typeof(long) ? EncodingHint.DeltaBinaryPacked : EncodingHint.Default;

    /// <summary>A column's cells of one row group.</summary>
    private abstract class ColumnBuffer(DataField field, EncodingHint encoding)
    {
        public DataField Field { get; } = field;

        public EncodingHint Encoding { get; } = encoding;

        public abstract void Set(int place, in ExportRow row);

        public abstract Task WriteAsync(ParquetRowGroupWriter group, int count);
    }

    private sealed class NumberBuffer<T>(NumberColumn<T> column)
        : ColumnBuffer(new DataField<T>(column.Name), EncodingOf<T>())
        where T : struct, IUtf8SpanFormattable
    {
        private readonly T[] values = new T[GroupRows];

        public override void Set(int place, in ExportRow row) => values[place] = column.Value(row)!.Value;

        public override Task WriteAsync(ParquetRowGroupWriter group, int count) =>
            group.WriteAsync<T>(Field, values.AsMemory(0, count));
    }

    private sealed class NullableBuffer<T>(NumberColumn<T> column)
        : ColumnBuffer(new DataField<T>(column.Name, nullable: true), EncodingOf<T>())
        where T : struct, IUtf8SpanFormattable
    {
        private readonly T?[] values = new T?[GroupRows];

        public override void Set(int place, in ExportRow row) => values[place] = column.Value(row);

        public override Task WriteAsync(ParquetRowGroupWriter group, int count) =>
            group.WriteAsync<T>(Field, (ReadOnlyMemory<T?>)values.AsMemory(0, count));
    }

    private sealed class TextBuffer(TextColumn column)
        : ColumnBuffer(new DataField<string>(column.Name, nullable: false), EncodingHint.Dictionary)
    {
        private readonly string[] values = new string[GroupRows];

        public override void Set(int place, in ExportRow row) => values[place] = column.Value(row);

        public override Task WriteAsync(ParquetRowGroupWriter group, int count) =>
            group.WriteAsync(Field, new ArraySegment<string>(values, 0, count));
    }
}
