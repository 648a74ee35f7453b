using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Figures.Reports;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity report: one HTML page about logs.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string[]> logs = SharedOptions.Logs();
        var result = new OutputOptions("the page", required: true);
        var title = new Option<string?>("--title") { Description = "title of the page [default: from the names of the logs]", HelpName = "text" };
        var command = new Command("report", "Writes a self-contained HTML page about logs: settings, tables, figures, and the command that repeats the sweep.")
        {
            logs, title,
        };
        result.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(logs)!;
            result.Write(parsed, paths, text => text.Write(HtmlReport.Write(paths, parsed.GetValue(title), SpecSetting.Command)));
            return ExitCodes.Ok;
        });
        return command;
    }
}
