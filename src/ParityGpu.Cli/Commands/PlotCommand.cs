using System.CommandLine;
using ParityGpu.Cli.Options;
using ParityGpu.Cli.Outputs;
using ParityGpu.Figures;
using ParityGpu.Figures.Drawing;
using ParityGpu.Figures.Drawing.Axes;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Commands;

/// <summary>parity plot: a figure of a log.</summary>
internal sealed class PlotCommand
{
    private const double LeastPoints = 4;
    private const double MostPoints = 40;

    private static readonly NameKind<FigureKind> Kinds = new();
    private static readonly NameKind<AxisScale> Scales = new();
    private static readonly NameKind<TimeUnit> Units = new();

    private readonly Argument<string[]> logs = SharedOptions.Logs();
    private readonly Option<string> kind = SharedOptions.Word("--kind", $"what to draw: {string.Join(", ", Kinds.Names)}", "name", Kinds.Names);
    private readonly OutputOptions result = new($"the figure ({FigureFile.Allowed})", required: true);

    private readonly Option<string?> x = new("--x") { Description = "setting on the x axis [default: width or n if it varies, otherwise a setting that varies]", HelpName = "setting" };
    private readonly Option<string?> y = new("--y") { Description = "setting on the y axis of a success-map", HelpName = "setting" };

    private readonly WhereOption where = new(seeds: true);

    private readonly Option<string> xScale =
        SharedOptions.Word("--x-scale", $"scale of numbers or times on the x axis: {string.Join(" or ", Scales.Names)} [default: log where they are positive]", "name", Scales.Names);

    private readonly Option<string> yScale =
        SharedOptions.Word("--y-scale", $"scale of times, losses and movements on the y axis: {string.Join(" or ", Scales.Names)} [default: log for times]", "name", Scales.Names);

    private readonly Option<string> time =
        SharedOptions.Word("--time", "unit of times: steps, or samples drawn (steps × batch) [default: steps]", "unit", Units.Names);

    private readonly Option<string?> size = new("--size")
    {
        Description = "width and height of the figure, such as 640x480 (in 1/96 inch), 160x100mm, 16x10cm or 6x4in [default: as high as needed]",
        HelpName = "WxH",
    };

    private readonly Option<double?> fontSize = new("--font-size")
    {
        Description = "size of the text on axes in points; lines and markers scale with it [default: 9]",
        HelpName = "points",
    };

    private readonly Option<string?> title = new("--title") { Description = "title [default: depends on --kind]", HelpName = "text" };
    private readonly Option<string?> numbers = new("--csv") { Description = "also write the plotted numbers, as CSV", HelpName = "file" };

    private PlotCommand()
    {
        kind.Required = true;
        x.CompletionSources.Add(Completions.Settings);
        y.CompletionSources.Add(Completions.Settings);
    }

    public static Command Create()
    {
        var plot = new PlotCommand();
        var command = new Command("plot", "Plots logs: times against width or n, histograms, training curves, success maps, tasks.")
        {
            plot.logs, plot.kind, plot.x, plot.y, plot.xScale, plot.yScale, plot.time, plot.where.Option, plot.title, plot.size, plot.fontSize, plot.numbers,
        };
        plot.result.AddTo(command);
        command.SetAction(plot.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = result.Name(parsed)!;
        FigureKind chosen = SharedOptions.Choice(Kinds, parsed.GetValue(kind), "--kind")!.Value;
        FigureSize drawn = Size(parsed);

        string extension = OutputFiles.IsStream(path) ? FigureFile.Extensions[0] : FigureFile.Extension(path, "-o");
        using OutputFiles files = result.Begin(parsed, parsed.GetValue(logs)!);
        OutputFile picture = files.Add("-o", path);
        OutputFile? table = parsed.GetValue(numbers) is { } csv ? files.Add("--csv", csv) : null;
        var request = new LogFigure(chosen, parsed.GetValue(logs)!)
        {
            X = Setting(parsed.GetValue(x), "--x"),
            Y = Setting(parsed.GetValue(y), "--y"),
            XScale = SharedOptions.Choice(Scales, parsed.GetValue(xScale), "--x-scale"),
            YScale = SharedOptions.Choice(Scales, parsed.GetValue(yScale), "--y-scale"),
            Time = SharedOptions.Choice(Units, parsed.GetValue(time), "--time") ?? TimeUnit.Steps,
            Title = parsed.GetValue(title),
            Where = where.Read(parsed),
            Seeds = where.Seeds(parsed),
        };
        Figure figure = request.Draw();
        picture.Stream.Write(FigureFile.Encode(figure, extension, drawn));
        if (table is not null)
            OutputOptions.WriteText(table, figure.Numbers.WriteCsv);

        files.Commit();
        return ExitCodes.Ok;
    }

    private static SpecSetting? Setting(string? name, string option) => name is null ? null : SettingValue.Find(name, option);

    private FigureSize Size(ParseResult parsed)
    {
        FigureSize given = parsed.GetValue(size) is { } text ? FigureSize.Parse(text, "--size") : new FigureSize();
        double points = parsed.GetValue(fontSize) ?? FigureSize.UsualFontSize;
        return points is >= LeastPoints and <= MostPoints
            ? given with { Enlarged = points / FigureSize.UsualFontSize }
            : throw new UserErrorException($"--font-size {points}: must be {LeastPoints} to {MostPoints} points");
    }
}
