using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Figures;
using ParityGpu.Figures.Drawing;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity plot: a figure of a log.</summary>
internal sealed class PlotCommand
{
    private static readonly NameKind<FigureKind> Kinds = new();

    private readonly Argument<string[]> logs = new("LOG")
    {
        Description = "logs of 'parity sweep'; several are put together",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> kind = SharedOptions.Word("--kind", $"what to draw: {string.Join(", ", Kinds.Names)}", "name", Kinds.Names);
    private readonly OutputOptions result = new($"the figure, an {string.Join(" or a ", FigureFile.Extensions)}", required: true);

    private readonly Option<string?> x = new("--x") { Description = "setting along the x axis [default: width, n, or the first that varies]", HelpName = "setting" };
    private readonly Option<string?> y = new("--y") { Description = "setting along the y axis of a success-map", HelpName = "setting" };

    private readonly WhereOption where = new();
    private readonly Option<string?> title = new("--title") { Description = "title [default: that of the kind]", HelpName = "text" };
    private readonly Option<string?> numbers = new("--csv") { Description = "also write the numbers that are drawn", HelpName = "file" };

    private PlotCommand()
    {
        kind.Required = true;
        x.CompletionSources.Add(Completions.Settings);
        y.CompletionSources.Add(Completions.Settings);
    }

    public static Command Create()
    {
        var plot = new PlotCommand();
        var command = new Command("plot", "Draws a log: times over width or n, histograms, training curves, success maps.")
        {
            plot.logs, plot.kind, plot.x, plot.y, plot.where.Option, plot.title, plot.numbers,
        };
        plot.result.AddTo(command);
        command.SetAction(plot.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = result.Name(parsed)!;
        string name = parsed.GetValue(kind)!;
        if (!Kinds.TryParse(name, out FigureKind chosen))
            throw new UserErrorException($"--kind {SpecSetting.Echo(name)}: must be {Kinds.Allowed}{Spelling.Hint(name, Kinds.Names)}");

        string extension = OutputFiles.IsStream(path) ? FigureFile.Extensions[0] : FigureFile.Extension(path, "-o");
        using OutputFiles files = result.Begin(parsed, parsed.GetValue(logs)!);
        OutputFile picture = files.Add("-o", path);
        OutputFile? table = parsed.GetValue(numbers) is { } csv ? files.Add("--csv", csv) : null;
        var request = new LogFigure(chosen, parsed.GetValue(logs)!)
        {
            X = Setting(parsed.GetValue(x), "--x"),
            Y = Setting(parsed.GetValue(y), "--y"),
            Title = parsed.GetValue(title),
            Where = where.Read(parsed),
        };
        if (request.Y is not null && chosen != FigureKind.SuccessMap)
            throw new UserErrorException($"--y {request.Y.Option[2..]}: must come with --kind success-map");

        Figure figure = request.Draw();
        picture.Stream.Write(FigureFile.Encode(figure, extension));
        if (table is not null)
            OutputOptions.WriteText(table, figure.Numbers.WriteCsv);

        files.Commit();
        return ExitCodes.Ok;
    }

    private static SpecSetting? Setting(string? name, string option) => name is null ? null : SettingValue.Find(name, option);
}
