namespace ParityGpu.Cli.Export;

/// <summary>Writes rows in some format, in memory that does not depend on their number.</summary>
internal interface IRowWriter
{
    void Write(in ExportRow row);

    /// <summary>Writes the rows that are still in memory and the format's trailer.</summary>
    void Finish();
}
