namespace ParityGpu.Cli.Export;

/// <summary>Writes rows in some format, in memory that does not depend on their number.</summary>
internal interface IRowWriter
{
    void Write(in ExportRow row);

    /// <summary>Writes what is left. Without this call the output is incomplete and says so where the format lets it.</summary>
    void Finish();
}
