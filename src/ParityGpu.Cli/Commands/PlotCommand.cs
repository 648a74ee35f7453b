using System.CommandLine;
using ParityGpu.Cli.Options;
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

    private readonly Option<string> kind = new("--kind")
    {
        Description = $"what to draw: {string.Join(", ", Kinds.Names)}",
        HelpName = "name",
        Required = true,
    };

    private readonly Option<string> file = new("--out", "-o")
    {
        Description = "the figure, an .svg or a .png; an existing file is replaced",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string?> x = new("--x") { Description = "setting along the x axis [default: width, n, or the first that varies]", HelpName = "setting" };
    private readonly Option<string?> y = new("--y") { Description = "setting along the y axis of a success-map", HelpName = "setting" };

    private readonly Option<string[]> where = new("--where")
    {
        Description = "draw only points with these values of a setting, such as n=30,40; may be given again",
        HelpName = "setting=value,...",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> title = new("--title") { Description = "title [default: that of the kind]", HelpName = "text" };
    private readonly Option<string?> numbers = new("--csv") { Description = "also write the numbers that are drawn", HelpName = "file" };

    private PlotCommand()
    {
    }

    public static Command Create()
    {
        var plot = new PlotCommand();
        var command = new Command("plot", "Draws a log: times over width or n, histograms, training curves, success maps.")
        {
            plot.logs, plot.kind, plot.file, plot.x, plot.y, plot.where, plot.title, plot.numbers,
        };
        command.SetAction(plot.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(file)!;
        string name = parsed.GetValue(kind)!;
        if (!Kinds.TryParse(name, out FigureKind chosen))
            throw new UserErrorException($"--kind {SpecSetting.Echo(name)}: must be {Kinds.Allowed}");

        FigureFile.Check(path, "-o");
        WholeFile.Check(path, "-o");
        string? table = parsed.GetValue(numbers);
        if (table is not null)
            WholeFile.Check(table, "--csv");

        var request = new LogFigure(chosen, parsed.GetValue(logs)!)
        {
            X = Setting(parsed.GetValue(x), "--x"),
            Y = Setting(parsed.GetValue(y), "--y"),
            Title = parsed.GetValue(title),
            Where = [.. parsed.GetValue(where)!.Select(Condition)],
        };
        if (request.Y is not null && chosen != FigureKind.SuccessMap)
            throw new UserErrorException($"--y {request.Y.Option[2..]}: must come with --kind success-map");

        Figure figure = request.Draw();
        FigureFile.Save(figure, path);
        if (table is not null)
            WholeFile.WriteText(table, "--csv", figure.Numbers.WriteCsv);

        return ExitCodes.Ok;
    }

    private static SpecSetting? Setting(string? name, string option) => name is null ? null : SettingValue.Find(name, option);

    private static (SpecSetting Setting, IReadOnlyList<string> Values) Condition(string text)
    {
        string[] sides = text.Split('=', 2);
        if (sides.Length != 2)
            throw new UserErrorException($"--where {SpecSetting.Echo(text)}: must be a setting and its values, such as n=30,40");

        SpecSetting setting = SettingValue.Find(sides[0], "--where");
        string[] values = setting.IsList ? sides[1].Split(',') : [sides[1]];
        return (setting, setting.Values(setting.Apply(new SweepSpec(), values, $"--where {setting.Option[2..]}")));
    }
}
