using System.CommandLine;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Reports;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity report: one HTML page about logs.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = "logs of 'parity sweep'; several are put together",
            Arity = ArgumentArity.OneOrMore,
        };
        var file = new Option<string>("--out", "-o")
        {
            Description = "the page; an existing file is replaced",
            HelpName = "file",
            Required = true,
        };
        var title = new Option<string?>("--title") { Description = "title of the page [default: from the names of the logs]", HelpName = "text" };
        var command = new Command("report", "Writes a self-contained HTML page about logs: settings, tables, figures, and how to repeat the sweep.")
        {
            logs, file, title,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            if (Directory.Exists(path))
                throw new UserErrorException($"-o {path}: is a directory; must be the name of a file");

            string page = HtmlReport.Write(
                parsed.GetValue(logs)!, parsed.GetValue(title), SpecSetting.Command);
            WholeFile.WriteText(path, "-o", text => text.Write(page));
            return ExitCodes.Ok;
        });
        return command;
    }
}
