using System.Globalization;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>Every kind over every setting of logs of many shapes: a figure, or one line that says why there is none.</summary>
public sealed class EveryFigureTests : IDisposable
{
    private static readonly SweepSpec Small = new() { N = [10], K = [2], Width = [20], Seeds = 4, MaxSteps = 500 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Logs => new("one-run", "one-point", "unsolved", "zeros", "words", "mixed", "curves", "diverged", "twenty");

    [Theory]
    [MemberData(nameof(Logs))]
    public void Each_kind_over_each_setting_is_drawn_or_refused_in_a_line(string shape)
    {
        (SweepSpec spec, bool curves) = Spec(shape);
        bool Fails(int point, long seed) => shape == "unsolved" || (seed == 3 && point % 3 == 1);
        long Time(int point, long seed) => 20 + (point * 7) + (seed * 5);
        FigureLogs.Write(
            folder["log"], spec, (point, seed) => shape == "diverged" ? FigureLogs.Diverged : Fails(point, seed) ? FigureLogs.Unsolved : Time(point, seed),
            (point, seed) => curves ? FigureLogs.Curve(Fails(point, seed) ? spec.MaxSteps : Time(point, seed)) : null);
        string[] settings = ["n", "k", "width", "batch", "lr", "weight-decay", "noise", "samples", "sparsity", "init-seed", "model", "loss", "init", "optimizer", "schedule", "max-steps"];
        int drawn = 0;
        foreach (string kind in new[] { "width", "scaling", "solved", "histogram", "curves", "progress", "success-map" })
        {
            bool takesX = kind is "width" or "scaling" or "success-map";
            foreach (string? x in takesX ? [null, .. settings] : new string?[] { null })
                drawn += Draws(kind, x is null ? [] : ["--x", x]);

            if (kind is not "success-map")
                drawn += Draws(kind, "--time", "samples");

            if (kind is not ("success-map" or "histogram"))
                drawn += Draws(kind, "--x-scale", "linear");
        }

        Assert.True(drawn > 20, $"{drawn}");
    }

    /// <summary>A report shows every figure there is, and names the others with the reason.</summary>
    [Theory]
    [MemberData(nameof(Logs))]
    public void A_report_shows_or_names_every_kind(string shape)
    {
        (SweepSpec spec, bool curves) = Spec(shape);
        FigureLogs.Write(
            folder["log"], spec,
            (point, seed) => shape switch { "unsolved" => FigureLogs.Unsolved, "diverged" => FigureLogs.Diverged, _ => 20 + point + seed },
            (point, seed) => curves ? FigureLogs.Curve(20 + point + seed) : null);
        Assert.Equal(0, CommandLine.Run("report", folder["log"], "-o", folder["report.html"]).ExitCode);

        string page = File.ReadAllText(folder["report.html"]);
        (string Drawn, string Named)[] kinds =
        [
            ("Median convergence time over", "(scaling)"), ("\"Convergence time over", "(width)"), ("Solved runs over time", "(solved)"),
            ("Distribution of convergence times", "(histogram)"), ("Training curves", "(curves)"), ("Hidden progress", "(progress)"), ("\"Success over", "success"),
        ];
        Assert.All(kinds, kind => Assert.True(page.Contains(kind.Drawn, StringComparison.Ordinal) || page.Contains(kind.Named, StringComparison.Ordinal), kind.Named));
        if (curves)
            Assert.Contains("Hidden progress", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Svg_and_pdf_have_the_size_that_was_asked_for()
    {
        FigureLogs.Write(folder["log"], Spec("twenty").Spec, (point, seed) => 20 + point + seed, (point, seed) => FigureLogs.Curve(20 + point + seed));
        Assert.Equal(1, Draws("solved", "--size", "10x8in", "--font-size", "12"));

        byte[] content = File.ReadAllBytes(folder["figure.svg"]);
        Assert.Equal((byte)'<', content[0]);
        string svg = System.Text.Encoding.UTF8.GetString(content);
        Assert.Contains("viewBox=\"0 0 720 576\" width=\"960\" height=\"768\"", svg, StringComparison.Ordinal);
        if (ParityGpu.Figures.Drawing.FigureFile.CanWrite(".pdf"))
        {
            Assert.Equal(0, CommandLine.Run("plot", folder["log"], "--kind", "solved", "--size", "10x8in", "-o", folder["figure.pdf"]).ExitCode);
            string pdf = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder["figure.pdf"]));
            Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
            Assert.Contains("[0 0 720 576]", pdf, StringComparison.Ordinal);
        }
    }

    /// <summary>Dashes are multiples of the line's thickness, and dots have gaps that are seen.</summary>
    [Fact]
    public void Dashes_of_an_svg_are_as_long_as_the_line_is_thick()
    {
        FigureLogs.Write(folder["log"], Small with { Width = [10, 20, 30] }, (point, seed) => 20 + point + seed);
        Assert.Equal(1, Draws("width"));

        Assert.Contains(new SvgDocument(folder["figure.svg"]).Elements("polyline"), line =>
            line.Attribute("style")!.Value.EndsWith(string.Create(CultureInfo.InvariantCulture, $"stroke-dasharray:{1.2 * 1.5},{2.2 * 1.5}"), StringComparison.Ordinal));
    }

    [Fact]
    public void One_run_of_a_log_is_drawn()
    {
        FigureLogs.Write(folder["log"], Spec("curves").Spec, (point, seed) => 20 + seed, (point, seed) => FigureLogs.Curve(20 + seed));
        Assert.Equal(1, Draws("curves", "--where", "seed=2", "--where", "width=10", "--csv", folder["numbers.csv"]));

        Assert.Equal(1 + 3, File.ReadAllLines(folder["numbers.csv"]).Length);
        Assert.Contains(new SvgDocument(folder["figure.svg"]).Texts, text => text.Contains("Only runs with seed=2", StringComparison.Ordinal));
    }

    private static (SweepSpec Spec, bool Curves) Spec(string shape) => shape switch
    {
        "one-run" => (Small with { Seeds = 1 }, false),
        "one-point" or "unsolved" => (Small, false),
        "zeros" => (Small with { Noise = [0, 0.1, 0.2], WeightDecay = [0, 1e-6, 1e-3] }, false),
        "words" => (Small with { Optimizer = [Optimizer.Sgd, Optimizer.Adam], Loss = [Loss.Hinge, Loss.Square], Init = [Init.Sign, Init.Torch] }, false),
        "mixed" => (Small with { Samples = [0, 100, 1000], InitSeed = [0, 1, 2] }, false),
        "curves" or "diverged" => (Small with { Width = [10, 30], Curve = CurveSteps.Every(10) }, true),
        _ => (Small with { Lr = [0.1, 0.2, 0.3, 0.5], Batch = [16, 32, 64, 91, 110], Curve = CurveSteps.Every(10) }, true),
    };

    /// <summary>1 if a figure came of it, 0 if it was refused with nothing written.</summary>
    private int Draws(string kind, params string[] more)
    {
        File.Delete(folder["figure.svg"]);
        CommandResult result = CommandLine.Run(["plot", folder["log"], "--kind", kind, "-o", folder["figure.svg"], .. more]);
        if (result.ExitCode == 0)
        {
            Assert.NotEmpty(new SvgDocument(folder["figure.svg"]).Texts);
            return 1;
        }

        result.MustBeUserError("must");
        Assert.False(File.Exists(folder["figure.svg"]), $"{kind} {string.Join(' ', more)}");
        return 0;
    }
}
