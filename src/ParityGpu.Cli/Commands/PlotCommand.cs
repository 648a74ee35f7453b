using System.CommandLine;
using System.Globalization;
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
    /// <summary>Beginning of a condition on the runs rather than the points.</summary>
    private const string SeedName = "seed=";

    private const double LeastPoints = 4;
    private const double MostPoints = 40;

    private static readonly NameKind<FigureKind> Kinds = new();
    private static readonly NameKind<AxisScale> Scales = new();
    private static readonly NameKind<TimeUnit> Units = new();

    private readonly Argument<string[]> logs = new("LOG")
    {
        Description = "logs of 'parity sweep'; several are put together",
        Arity = ArgumentArity.OneOrMore,
    };

<<<<<<< HEAD
    private readonly Option<string> kind = SharedOptions.Word("--kind", $"what to draw: {string.Join(", ", Kinds.Names)}", "name", Kinds.Names);
    private readonly OutputOptions result = new($"the figure, an {string.Join(" or a ", FigureFile.Extensions)}", required: true);
=======
    private readonly Option<string> kind = new("--kind")
    {
        Description = $"what to draw: {string.Join(", ", Kinds.Names)}",
        HelpName = "name",
        Required = true,
    };

    private readonly Option<string> file = new("--out", "-o")
    {
        Description = $"the figure, its name ends in {FigureFile.Allowed}; an existing file is replaced",
        HelpName = "file",
        Required = true,
    };
>>>>>>> figures

    private readonly Option<string?> x = new("--x") { Description = "setting along the x axis [default: width or n if it varies, or else what varies]", HelpName = "setting" };
    private readonly Option<string?> y = new("--y") { Description = "setting along the y axis of a success-map", HelpName = "setting" };

<<<<<<< HEAD
    private readonly WhereOption where = new();
=======
    private readonly Option<string[]> where = new("--where")
    {
        Description = "draw only points with these values of a setting, such as n=30,40, or runs with these seeds, seed=3; may be given again",
        HelpName = "setting=value,...",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> xScale = new("--x-scale") { Description = $"numbers or times along x: {string.Join(" or ", Scales.Names)} [default: log where they are positive]", HelpName = "name" };
    private readonly Option<string?> yScale = new("--y-scale") { Description = $"times, losses and movements along y: {string.Join(" or ", Scales.Names)} [default: log for times]", HelpName = "name" };

    private readonly Option<string?> time = new("--time")
    {
        Description = "times in steps, or in samples drawn, steps × batch [default: steps]",
        HelpName = "unit",
    };

    private readonly Option<string?> size = new("--size")
    {
        Description = "width and height of the figure: 640x480 in 1/96 inch, or 160x100mm, 16x10cm, 6x4in [default: as high as it needs]",
        HelpName = "WxH",
    };

    private readonly Option<double?> fontSize = new("--font-size")
    {
        Description = "size of the text on axes in points; lines and marks grow with it [default: 9]",
        HelpName = "points",
    };

>>>>>>> figures
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
<<<<<<< HEAD
            plot.logs, plot.kind, plot.x, plot.y, plot.where.Option, plot.title, plot.numbers,
=======
            plot.logs, plot.kind, plot.file, plot.x, plot.y, plot.xScale, plot.yScale, plot.time, plot.where, plot.title, plot.size, plot.fontSize, plot.numbers,
>>>>>>> figures
        };
        plot.result.AddTo(command);
        command.SetAction(plot.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
<<<<<<< HEAD
        string path = result.Name(parsed)!;
        string name = parsed.GetValue(kind)!;
        if (!Kinds.TryParse(name, out FigureKind chosen))
            throw new UserErrorException($"--kind {SpecSetting.Echo(name)}: must be {Kinds.Allowed}{Spelling.Hint(name, Kinds.Names)}");
=======
        string path = parsed.GetValue(file)!;
        FigureKind chosen = Choice(Kinds, parsed.GetValue(kind), "--kind")!.Value;
        FigureSize drawn = Size(parsed);

        FigureFile.Check(path, "-o");
        WholeFile.Check(path, "-o");
        string? table = parsed.GetValue(numbers);
        if (table is not null)
            WholeFile.Check(table, "--csv");
>>>>>>> figures

        string extension = OutputFiles.IsStream(path) ? FigureFile.Extensions[0] : FigureFile.Extension(path, "-o");
        using OutputFiles files = result.Begin(parsed, parsed.GetValue(logs)!);
        OutputFile picture = files.Add("-o", path);
        OutputFile? table = parsed.GetValue(numbers) is { } csv ? files.Add("--csv", csv) : null;
        var request = new LogFigure(chosen, parsed.GetValue(logs)!)
        {
            X = Setting(parsed.GetValue(x), "--x"),
            Y = Setting(parsed.GetValue(y), "--y"),
            XScale = Choice(Scales, parsed.GetValue(xScale), "--x-scale"),
            YScale = Choice(Scales, parsed.GetValue(yScale), "--y-scale"),
            Time = Choice(Units, parsed.GetValue(time), "--time") ?? TimeUnit.Steps,
            Title = parsed.GetValue(title),
<<<<<<< HEAD
            Where = where.Read(parsed),
=======
            Where = [.. parsed.GetValue(where)!.Where(text => !text.StartsWith(SeedName, StringComparison.Ordinal)).Select(Condition)],
            Seeds = [.. parsed.GetValue(where)!.Where(text => text.StartsWith(SeedName, StringComparison.Ordinal)).SelectMany(SeedsOf)],
>>>>>>> figures
        };
        Figure figure = request.Draw();
<<<<<<< HEAD
        picture.Stream.Write(FigureFile.Encode(figure, extension));
=======
        FigureFile.Save(figure, path, size: drawn);
>>>>>>> figures
        if (table is not null)
            OutputOptions.WriteText(table, figure.Numbers.WriteCsv);

        files.Commit();
        return ExitCodes.Ok;
    }

    private static SpecSetting? Setting(string? name, string option) => name is null ? null : SettingValue.Find(name, option);
<<<<<<< HEAD
=======

    private static T? Choice<T>(NameKind<T> kind, string? name, string option)
        where T : struct, Enum =>
        name is null ? null
        : kind.TryParse(name, out T value) ? value
        : throw new UserErrorException($"{option} {SpecSetting.Echo(name)}: must be {kind.Allowed}");

    private FigureSize Size(ParseResult parsed)
    {
        FigureSize given = parsed.GetValue(size) is { } text ? FigureSize.Parse(text, "--size") : new FigureSize();
        double points = parsed.GetValue(fontSize) ?? FigureSize.UsualFontSize;
        return points is >= LeastPoints and <= MostPoints
            ? given with { Enlarged = points / FigureSize.UsualFontSize }
            : throw new UserErrorException(string.Create(CultureInfo.InvariantCulture, $"--font-size {points}: must be {LeastPoints} to {MostPoints} points"));
    }

    private static IEnumerable<long> SeedsOf(string text) => text[SeedName.Length..].Split(',').Select(seed =>
        long.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new UserErrorException($"--where {SpecSetting.Echo(text)}: must be seeds, such as {SeedName}3 or {SeedName}0,1,2"));

    private static (SpecSetting Setting, IReadOnlyList<string> Values) Condition(string text)
    {
        string[] sides = text.Split('=', 2);
        if (sides.Length != 2)
            throw new UserErrorException($"--where {SpecSetting.Echo(text)}: must be a setting and its values, such as n=30,40");

        SpecSetting setting = SettingValue.Find(sides[0], "--where");
        string[] values = setting.IsList ? sides[1].Split(',') : [sides[1]];
        return (setting, setting.Values(setting.Apply(new SweepSpec(), values, $"--where {setting.Option[2..]}")));
    }
>>>>>>> figures
}
