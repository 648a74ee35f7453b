using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Terminal;
using ParityGpu.Statistics;

namespace ParityGpu.Cli.Commands;

/// <summary>parity summary: what became of the runs in logs.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = "logs of 'parity sweep'; several are put together",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> format = SharedOptions.Format("text", "json", "csv");
        var command = new Command("summary", "Summarises logs: success rates and quantiles of the convergence time.")
        {
            logs,
            format,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(logs)!,
            parsed.GetValue(format)!,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string[] logs, string format, TextWriter output, TextWriter error)
    {
        var builder = new SummaryBuilder();
        foreach (string log in logs)
            builder.Add(log);

        SummaryOutput.Write(output, format, builder);
        WriteNotes(error, builder, isText: format == "text");
        return ExitCodes.Ok;
    }

    /// <summary>Says what logs lack.</summary>
    /// <param name="error">Receives a line for each thing.</param>
    /// <param name="builder">Has read the logs.</param>
    /// <param name="isText">Whether the result is a text, which says itself that it is of a part.</param>
    /// <param name="name">Which logs it read, where that is not plain.</param>
    public static void WriteNotes(TextWriter error, SummaryBuilder builder, bool isText, string? name = null)
    {
        TornLogs.Report(error, builder.Torn);
        if (!isText && builder.Part is { } part)
            error.WriteLine($"{(name is null ? "" : name + ": ")}{part}");
    }
}
