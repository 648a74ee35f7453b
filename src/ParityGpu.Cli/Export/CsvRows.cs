using System.Buffers;
using System.Text;

namespace ParityGpu.Cli.Export;

/// <summary>Comma-separated values with a heading (RFC 4180, with line feeds). A missing value is an empty cell.</summary>
internal sealed class CsvRows : TextRows
{
    private readonly IReadOnlyList<ExportColumn> columns;

    public CsvRows(IReadOnlyList<ExportColumn> columns, Stream output)
        : base(output)
    {
        this.columns = columns;
        Lines.Write(Encoding.UTF8.GetBytes($"{string.Join(',', columns.Select(column => CsvCell.Of(column.Name)))}\n"));
    }

    protected override void WriteCells(in ExportRow row)
    {
        Span<byte> number = stackalloc byte[MaxNumberBytes];
        for (int i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                Lines.Write(","u8);

            object? value = columns[i].Value(row);
            if (value is string text)
                Encoding.UTF8.GetBytes(CsvCell.Of(text), Lines);
            else if (value is not null)
                Lines.Write(Format(value, number));
        }
    }
}
