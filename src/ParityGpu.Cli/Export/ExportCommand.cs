using System.CommandLine;
using System.Text;
using ParityGpu.Cli.Options;

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

    private readonly Option<string> format = SharedOptions.Format(Csv, Jsonl, Parquet);
    private readonly Option<bool> curves = new("--curves") { Description = "a row per point of every run's curve rather than per run" };

    private readonly Option<string?> file = new("-o", "--output")
    {
        Description = "file that receives the table [default: standard output]",
        HelpName = "file",
    };

    private readonly Option<bool> force = new("--force") { Description = "replace the file of -o if there is one" };

    private ExportCommand()
    {
    }

    public static Command Create()
    {
        var export = new ExportCommand();
        var command = new Command("export", "Writes the runs of logs as a table with a row per run, for pandas, R, DuckDB and similar programs.")
        {
            export.logs,
            export.format,
            export.curves,
            export.file,
            export.force,
        };
        command.SetAction(export.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        string? path = parsed.GetValue(file);
        if (path is null && parsed.GetValue(force))
            throw new UserErrorException("--force: must come with -o FILE, the file to replace");

        using var interruption = new Interruption();
        using var source = new ExportSource(parsed.GetValue(logs)!, parsed.GetValue(curves));
        try
        {
            if (path is null)
                WriteToOutput(parsed, source, output, interruption.Token);
            else
                WriteToFile(parsed, source, path, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is { } exitCode)
        {
            error.WriteLine(path is null ? "stopped; the table is not complete" : "stopped; nothing is written");
            return exitCode;
        }

        TornLogs.Report(error, source.Torn);
        return ExitCodes.Ok;
    }

    private void WriteToFile(ParseResult parsed, ExportSource source, string path, CancellationToken cancellation)
    {
        using ExportFile target = ExportFile.Create(path, parsed.GetValue(force), parsed.GetValue(logs)!);
        Write(parsed, source, target.Stream, cancellation);
        target.Commit();
    }

    /// <summary>Standard output cannot be taken back, so the logs are read once before anything is written to it.</summary>
    private void WriteToOutput(ParseResult parsed, ExportSource source, TextWriter output, CancellationToken cancellation)
    {
        bool isConsole = ReferenceEquals(output, Console.Out);
        if (parsed.GetValue(format) == Parquet && !(isConsole && Console.IsOutputRedirected))
            throw new UserErrorException("--format parquet: is no text for a terminal; must go to a file, -o FILE, or into a pipe");

        source.Read(rows: null, cancellation);
        if (isConsole)
        {
            using Stream console = Console.OpenStandardOutput();
            Write(parsed, source, console, cancellation);
            return;
        }

        using var text = new MemoryStream();
        Write(parsed, source, text, cancellation);
        output.Write(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }

    private void Write(ParseResult parsed, ExportSource source, Stream output, CancellationToken cancellation)
    {
        IReadOnlyList<ExportColumn> columns = parsed.GetValue(curves) ? ExportColumns.OfCurves : ExportColumns.OfRuns;
        IRowWriter rows = parsed.GetValue(format) switch
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
