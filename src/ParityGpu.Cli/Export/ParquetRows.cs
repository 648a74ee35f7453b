using Parquet;
using Parquet.Schema;

namespace ParityGpu.Cli.Export;

/// <summary>
/// An Apache Parquet file. A missing value is null. Texts are dictionary-encoded and
/// integers delta-encoded, which reduces files to a quarter of their size.
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

    private static ColumnBuffer Buffer(ExportColumn column) => Type.GetTypeCode(column.Type) switch
    {
        TypeCode.Int32 => Numbers<int>(column, EncodingHint.DeltaBinaryPacked),
        TypeCode.Int64 => Numbers<long>(column, EncodingHint.DeltaBinaryPacked),
        TypeCode.Single => Numbers<float>(column, EncodingHint.Default),
        TypeCode.Double => Numbers<double>(column, EncodingHint.Default),
        _ => new ColumnBuffer<string>(
            column, new DataField<string>(column.Name, nullable: false), EncodingHint.Dictionary, (group, field, values) => group.WriteAsync(field, values)),
    };

    private static ColumnBuffer Numbers<T>(ExportColumn column, EncodingHint encoding)
        where T : struct => column.IsNullable
        ? new ColumnBuffer<T?>(
            column, new DataField<T>(column.Name, nullable: true), encoding, (group, field, values) => group.WriteAsync<T>(field, (ReadOnlyMemory<T?>)values))
        : new ColumnBuffer<T>(column, new DataField<T>(column.Name), encoding, (group, field, values) => group.WriteAsync<T>(field, values.AsMemory()));

    /// <summary>A column's cells of one row group.</summary>
    private abstract class ColumnBuffer(DataField field, EncodingHint encoding)
    {
        public DataField Field { get; } = field;

        public EncodingHint Encoding { get; } = encoding;

        public abstract void Set(int place, in ExportRow row);

        public abstract Task WriteAsync(ParquetRowGroupWriter group, int count);
    }

    private sealed class ColumnBuffer<T>(
        ExportColumn column, DataField field, EncodingHint encoding, Func<ParquetRowGroupWriter, DataField, ArraySegment<T>, Task> write)
        : ColumnBuffer(field, encoding)
    {
        private readonly T[] values = new T[GroupRows];

        public override void Set(int place, in ExportRow row) => values[place] = (T)column.Value(row)!;

        public override Task WriteAsync(ParquetRowGroupWriter group, int count) => write(group, Field, new ArraySegment<T>(values, 0, count));
    }
}
