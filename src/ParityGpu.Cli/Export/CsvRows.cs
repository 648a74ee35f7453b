using System.Buffers;
using System.Text;

namespace ParityGpu.Cli.Export;

/// <summary>Comma-separated values with a heading (RFC 4180, with line feeds). A missing value is an empty cell.</summary>
internal sealed class CsvRows : TextRows, ICellWriter
{
    private readonly IReadOnlyList<ExportColumn> columns;

    public CsvRows(IReadOnlyList<ExportColumn> columns, Stream output)
        : base(output)
    {
        this.columns = columns;
        for (int i = 0; i < columns.Count; i++)
        {
            Separate(i);
            Text(columns[i].Name);
        }

        Lines.Write("\n"u8);
    }

    public void Number<T>(T? value)
        where T : struct, IUtf8SpanFormattable
    {
        if (value is { } number)
            Lines.Write(Format(number, stackalloc byte[MaxNumberBytes]));
    }

    public void Text(string value) => Encoding.UTF8.GetBytes(CsvCell.Of(value), Lines);

    protected override void WriteCells(in ExportRow row)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            Separate(i);
            columns[i].Write(row, this);
        }
    }

    private void Separate(int column)
    {
        if (column > 0)
            Lines.Write(","u8);
    }
}
