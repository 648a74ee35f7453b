using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;

namespace ParityGpu.Cli.Export;

/// <summary>parity export: the runs or curves of logs as a table for other programs.</summary>
internal sealed class ExportCommand
{
    private const string Csv = "csv";
    private const string Jsonl = "jsonl";
    private const string Parquet = "parquet";

    private readonly Argument<string[]> logs = new("LOG")
    {
        Description = "logs of 'parity sweep'; several become one table",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly OutputFormat format = new(Csv, Jsonl, Parquet);
    private readonly Option<bool> curves = SharedOptions.Flag("--curves", "one row per point of every run's curve instead of one per run");
    private readonly Option<bool> tasks = SharedOptions.Flag("--tasks", "one row per task of every run, for sweeps with --tasks and --curve; together with --curves, one row per task at every point, for sweeps with --curve-tasks");
    private readonly WhereOption where = new();
    private readonly OutputOptions result = new("the table");

    private ExportCommand()
    {
    }

    public static Command Create()
    {
        var export = new ExportCommand();
        var command = new Command("export", "Writes the runs of logs as a table, one row per run, for pandas, R, DuckDB and similar programs.")
        {
            export.logs,
            export.format.Option,
            export.curves,
            export.tasks,
            export.where.Option,
        };
        export.result.AddTo(command);
        command.SetAction(export.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string[] paths = parsed.GetValue(logs)!;
        string? name = result.Name(parsed);
        string form = format.Read(parsed, name);
        bool isText = !ReferenceEquals(parsed.InvocationConfiguration.Output, Console.Out) || !Console.IsOutputRedirected;
        if (form == Parquet && isText && OutputFiles.IsStandardOutput(name ?? "-"))
            throw new UserErrorException("--format parquet: is binary and cannot be shown in a terminal; must go to a file, -o FILE, or into a pipe");

        ExportRows kind = (parsed.GetValue(curves), parsed.GetValue(tasks)) switch
        {
            (true, true) => ExportRows.TaskCurves,
            (true, _) => ExportRows.Curves,
            (_, true) => ExportRows.Tasks,
            _ => ExportRows.Runs,
        };
        using var interruption = new Interruption();
        var source = new ExportSource(paths, kind, where.Read(parsed));

        // What has been written to the standard output cannot be withdrawn, so it receives the table only when that is complete.
        using OutputFiles files = result.Begin(parsed, paths);
        OutputFile file = files.Add("-o", name ?? "-");
        try
        {
            Write(form, kind, source, file.Stream, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
        {
            error.WriteLine("stopped; nothing was written");
            return exitCode;
        }

        files.Commit();
        TornLogs.Report(error, source.Torn);
        if (source.Part is { } part)
            error.WriteLine(part);

        return ExitCodes.Ok;
    }

    private static void Write(string format, ExportRows kind, ExportSource source, Stream output, CancellationToken cancellation)
    {
        IReadOnlyList<ExportColumn> columns = ExportColumns.Of(kind);
        IRowWriter rows = format switch
        {
            Jsonl => new JsonlRows(columns, output),
            Parquet => new ParquetRows(columns, output),
            _ => new CsvRows(columns, output),
        };
        using var resources = rows as IDisposable;
        source.Read(rows, cancellation);
        rows.Finish();
    }
}
