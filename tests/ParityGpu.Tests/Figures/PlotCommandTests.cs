using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Figures;

public sealed class PlotCommandTests : IDisposable
{
    /// <summary>Runs of 100, 110, … steps at n = 10, four times as many at n = 20, and so on.</summary>
    private static readonly SweepSpec Inputs = new() { N = [10, 20, 40], Width = [100], Seeds = 5, MaxSteps = 5000 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Width_draws_a_box_for_each_point_and_random_search()
    {
        SweepSpec spec = Inputs with { N = [30], Width = [10, 100, 1000] };
        SvgDocument figure = Plot("width", spec, (point, seed) => 1000 / (point + 1) + (10 * seed));

        Assert.Contains("Convergence time over width", figure.Texts);
        Assert.Contains("width r (hidden units)", figure.Texts);
        Assert.Contains("random search", figure.Texts);
        Assert.Equal(["width,seeds,solved,successRate,min,q1,median,q3,max,medianLow,medianHigh", "10,5,5,1,1000,1010,1020,1030,1040,1000,1040"], Numbers()[..2]);
        Assert.Equal(4, Numbers().Length);
    }

    [Fact]
    public void Scaling_draws_medians_and_the_fitted_power()
    {
        SvgDocument figure = Plot("scaling", Inputs, (point, seed) => (100 << (2 * point)) + (seed << (2 * point)));

        Assert.Contains("inputs n", figure.Texts);
        Assert.Contains("median convergence time (steps)", figure.Texts);
        // Fourfold times at twice the inputs: n².
        Assert.Contains(figure.Texts, text => text.Contains("2.00", StringComparison.Ordinal));
        Assert.Equal("10,5,5,1,100,101,102,103,104", string.Join(',', Numbers()[1].Split(',')[..9]));
    }

    [Fact]
    public void Solved_draws_the_fraction_of_each_point()
    {
        SvgDocument figure = Plot("solved", Inputs, (point, seed) => seed < 4 ? 100 * (seed + 1) : FigureLogs.Unsolved);

        Assert.All(["Solved runs over time", "step t", "n = 10", "n = 40"], text => Assert.Contains(text, figure.Texts));
        Assert.Equal("n,step,atRisk,solved,fraction,low,high", Numbers()[0]);
        Assert.Equal("10,100,5,1", string.Join(',', Numbers()[1].Split(',')[..4]));
        Assert.Equal(1 + (3 * 4), Numbers().Length);
    }

    [Fact]
    public void Histogram_draws_a_panel_for_each_point()
    {
        SvgDocument figure = Plot("histogram", Inputs with { Seeds = 40 }, (point, seed) => 200 + (seed % 20 * 10));

        Assert.All(["n = 10", "n = 20", "n = 40"], title => Assert.Contains(title, figure.Texts));
        Assert.Equal(3, figure.Texts.Count(text => text == "convergence time (steps)"));
        Assert.Equal("n,from,to,runs,fraction,geometric", Numbers()[0]);
        Assert.Equal(3 * 40, Numbers().Skip(1).Sum(line => long.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("curves", "training loss", "accuracy", "training loss")]
    [InlineData("progress", "held-out accuracy", "movement of weights", "held-out accuracy")]
    public void Curves_are_drawn_over_their_steps(string kind, params string[] axes)
    {
        SweepSpec spec = Inputs with { Curve = CurveSteps.Every(100) };
        FigureLogs.Write(folder["log"], spec, (point, seed) => 200 + seed, (point, seed) => FigureLogs.Curve(200 + seed));
        SvgDocument figure = Plot(kind);

        Assert.All(axes, axis => Assert.Contains(axis, figure.Texts));
        Assert.Equal(3, figure.Texts.Count(text => text == "step"));
        Assert.Equal(1 + (3 * 5 * 3), Numbers().Length);
        Assert.StartsWith("10,0,0,1,0.5,0.5,0,0,0,", Numbers()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Success_map_writes_percentages_and_crosses()
    {
        SweepSpec spec = Inputs with { N = [10, 20], Lr = [0.1, 1] };
        SvgDocument figure = Plot("success-map", spec, (point, seed) => seed <= point ? 100 : FigureLogs.Unsolved);

        Assert.All(["20", "40", "60", "80", "inputs n", "learning rate η", "solved"], text => Assert.Contains(text, figure.Texts));
        Assert.Equal(5, Numbers().Length);
    }

    [Fact]
    public void Points_that_were_not_run_are_crossed_in_a_map()
    {
        FigureLogs.Write(folder["a"], Inputs with { N = [10], Lr = [0.1, 1] }, (point, seed) => 100);
        FigureLogs.Write(folder["b"], Inputs with { N = [20], Lr = [1] }, (point, seed) => 100);
        Assert.Equal(0, CommandLine.Run("plot", folder["a"], folder["b"], "--kind", "success-map", "-o", folder["map.svg"]).ExitCode);

        Assert.Single(new SvgDocument(folder["map.svg"]).Texts, text => text == "×");
    }

    [Fact]
    public void Title_axis_and_selection_are_the_users()
    {
        FigureLogs.Write(folder["log"], Inputs with { Lr = [0.1, 1] }, (point, seed) => 100 + seed);
        SvgDocument figure = Plot("width", "--x", "lr", "--where", "n=10,20", "--title", "Rates & times");

        Assert.Contains("Rates & times", figure.Texts);
        Assert.Contains("learning rate η", figure.Texts);
        Assert.Contains("n = 20", figure.Texts);
        Assert.DoesNotContain("n = 40", figure.Texts);
    }

    /// <summary>Text and numbers are written as in any other culture-independent file, and a picture begins with its format's signature.</summary>
    [Fact]
    public void An_existing_figure_is_replaced_and_png_is_written_too()
    {
        FigureLogs.Write(folder["log"], Inputs, (point, seed) => 100 + seed);
        File.WriteAllText(folder["figure.svg"], "old");
        Plot("scaling");

        if (ParityGpu.Figures.Drawing.FigureFile.CanWrite(".png"))
        {
            Assert.Equal(0, CommandLine.Run("plot", folder["log"], "--kind", "scaling", "-o", folder["figure.png"]).ExitCode);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["figure.png"])[..4]);
        }
    }

    [Theory]
    [InlineData("width")]
    [InlineData("scaling")]
    [InlineData("histogram")]
    public void One_run_is_drawn(string kind)
    {
        SvgDocument figure = Plot(kind, Inputs with { N = [10], Seeds = 1 }, (point, seed) => 100);

        Assert.NotEmpty(figure.Texts);
        Assert.True(Numbers().Length > 1);
    }

    /// <summary>Nothing is solved: the figure says so instead of being empty without a word.</summary>
    [Theory]
    [InlineData("width", "0 %")]
    [InlineData("scaling", "left out")]
    [InlineData("solved", "No run was solved")]
    [InlineData("histogram", "0 % solved")]
    public void Unsolved_runs_are_named(string kind, string said)
    {
        SvgDocument figure = Plot(kind, Inputs, (point, seed) => FigureLogs.Unsolved);

        Assert.Contains(said, string.Join(' ', figure.Texts), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--kind pie -o figure.svg", "--kind pie", "width, scaling, solved, histogram, curves, progress, success-map")]
    [InlineData("--kind width -o figure.gif", "-o ", "figure.gif", ".svg, .png or .pdf")]
    [InlineData("--kind width -o figure", "-o ", ".svg, .png or .pdf")]
    [InlineData("--kind width -o no/such/figure.svg", "-o ", "no directory")]
    [InlineData("--kind width -o figure.svg --x colour", "--x colour", "must be one of")]
    [InlineData("--kind width -o figure.svg --x seeds", "--x seeds", "must be one of")]
    [InlineData("--kind solved -o figure.svg --x n", "--x n", "--kind width, scaling or success-map")]
    [InlineData("--kind width -o figure.svg --x activation --x-scale log", "--x-scale log", "activation", "words")]
    [InlineData("--kind histogram -o figure.svg --x-scale log", "--x-scale log", "--kind width, scaling, solved, curves, progress or tasks")]
    [InlineData("--kind solved -o figure.svg --y-scale linear", "--y-scale linear", "--kind width, scaling, curves, progress or tasks")]
    [InlineData("--kind width -o figure.svg --y-scale cubic", "--y-scale cubic", "linear, log")]
    [InlineData("--kind success-map -o figure.svg --time samples", "--time samples", "--kind width, scaling")]
    [InlineData("--kind success-map -o figure.svg --x n --y n", "--y n", "another setting")]
    [InlineData("--kind width -o figure.svg --time hours", "--time hours", "steps, samples")]
    [InlineData("--kind width -o figure.svg --where seed=99", "--where seed=99", "seed")]
    [InlineData("--kind width -o figure.svg --where seed=first", "--where seed=first", "seed=0,1,2")]
    [InlineData("--kind width -o figure.svg --size 640", "--size 640", "640x480")]
    [InlineData("--kind width -o figure.svg --size 640x9px", "--size 640x9px", "100 to 10000")]
    [InlineData("--kind width -o figure.svg --size 300x120", "--size 300x120", "times as high")]
    [InlineData("--kind width -o figure.svg --font-size 1", "--font-size 1", "4 to 40")]
    [InlineData("--kind width -o figure.svg --y n", "--y n", "success-map")]
    [InlineData("--kind width -o figure.svg --where n=50", "--where n=50", "no point")]
    [InlineData("--kind width -o figure.svg --where n", "--where n", "n=30,40")]
    [InlineData("--kind width -o figure.svg --where size=3", "--where size", "must be one of")]
    [InlineData("--kind width -o figure.svg --where n=ten", "--where n ten", "integer")]
    [InlineData("--kind curves -o figure.svg", "log", "--curve")]
    [InlineData("--kind progress -o figure.svg", "log", "--curve")]
    [InlineData("--kind success-map -o figure.svg", "--y", "swept settings")]
    [InlineData("-o figure.svg", "--kind")]
    [InlineData("--kind width", "-o")]
    [InlineData("--kind width -o figure.svg --csv no/such/numbers.csv", "--csv", "no directory")]
    public void Bad_input_is_named_and_nothing_is_written(string arguments, params string[] names)
    {
        FigureLogs.Write(folder["log"], Inputs, (point, seed) => 100 + seed);
        string[] words = [.. arguments.Split(' ').Select(word => word.EndsWith(".svg", StringComparison.Ordinal) || word.EndsWith(".gif", StringComparison.Ordinal)
            || word.EndsWith(".csv", StringComparison.Ordinal) || word == "figure" ? folder[word] : word)];

        CommandLine.Run(["plot", folder["log"], .. words]).MustBeUserError(names);

        Assert.Equal(["log"], folder.Files);
    }

    [Fact]
    public void More_series_than_can_be_told_apart_are_refused()
    {
        FigureLogs.Write(folder["log"], Inputs with { Lr = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], Batch = [16, 32, 64], Seeds = 1 }, (point, seed) => 100 + seed);

        CommandLine.Run("plot", folder["log"], "--kind", "scaling", "-o", folder["f.svg"]).MustBeUserError("21 series", "batch, lr", "at most 20", "--where");
        CommandLine.Run("plot", folder["log"], "--kind", "histogram", "-o", folder["f.svg"]).MustBeUserError("63 points", "at most 20", "--where");
        Assert.Equal(["log"], folder.Files);
    }

    [Fact]
    public void A_log_without_runs_cannot_be_drawn()
    {
        SmallLog.Write(folder["log"], count: 0);

        CommandLine.Run("plot", folder["log"], "--kind", "width", "-o", folder["f.svg"]).MustBeUserError("log", "no finished run");
        CommandLine.Run("plot", folder["none"], "--kind", "width", "-o", folder["f.svg"]).MustBeUserError("none");
        Assert.Equal(["log"], folder.Files);
    }

    private SvgDocument Plot(string kind, SweepSpec spec, Func<int, long, long> steps)
    {
        FigureLogs.Write(folder["log"], spec, steps);
        return Plot(kind);
    }

    /// <summary>Draws the log and its numbers.</summary>
    private SvgDocument Plot(string kind, params string[] more)
    {
        CommandResult result = CommandLine.Run(["plot", folder["log"], "--kind", kind, "-o", folder["figure.svg"], "--csv", folder["numbers.csv"], "--force", .. more]);

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        return new SvgDocument(folder["figure.svg"]);
    }

    private string[] Numbers() => File.ReadAllLines(folder["numbers.csv"]);
}
