using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Cli.Terminal;
using ParityGpu.Specs;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Commands;

/// <summary>parity summary: the outcomes of the runs in logs.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        Argument<string[]> logs = SharedOptions.Logs();
        var where = new WhereOption();
        var format = new OutputFormat("text", "json", "csv");
        var result = new OutputOptions("the summary");
        var command = new Command("summary", "Summarises logs: success rates and quantiles of the convergence time.")
        {
            logs,
            where.Option,
            format.Option,
        };
        result.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(logs)!;
            string form = format.Read(parsed, result.Name(parsed));
            PointFilter filter = where.Read(parsed);
            result.Write(parsed, paths, output =>
            {
                SummaryBuilder builder = Read(paths, filter);
                SummaryOutput.Write(output, form, builder);
                WriteNotes(parsed.InvocationConfiguration.Error, builder, isText: form == "text");
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The logs' runs at the points that a filter matches.</summary>
    /// <exception cref="UserErrorException">A log cannot be read, or no point matches.</exception>
    public static SummaryBuilder Read(string[] logs, PointFilter filter, bool keepSeeds = false)
    {
        var builder = new SummaryBuilder { KeepsSeeds = keepSeeds };
        foreach (string log in logs)
            builder.Add(log);

        builder.Keep(filter, string.Join(", ", logs));
        return builder;
    }

    /// <summary>Reports what is missing from logs.</summary>
    /// <param name="error">Receives one line per finding.</param>
    /// <param name="builder">Has read the logs.</param>
    /// <param name="isText">Whether the result is text, which itself says that it covers only a part.</param>
    /// <param name="name">Which logs were read, where that is not obvious.</param>
    public static void WriteNotes(TextWriter error, SummaryBuilder builder, bool isText, string? name = null)
    {
        TornLogs.Report(error, builder.Torn);
        if (!isText && builder.Part is { } part)
            error.WriteLine($"{(name is null ? "" : name + ": ")}{part}");
    }
}
