using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ParityGpu.Figures.Experiments;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>Every experiment at the scale smoke.</summary>
public sealed partial class ExperimentTests(SmokePaper paper) : IClassFixture<SmokePaper>
{
    /// <summary>The XML namespace of SVG.</summary>
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => [.. Catalogue.All.Select(experiment => experiment.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Smoke_trains_draws_and_judges(string name)
    {
        Experiment experiment = Catalogue.Find(name)!;
        string[] lines = File.ReadAllLines(paper.PathOf(name, $"{name}.txt"));
        Assert.Equal($"{name} ({experiment.Source}): {experiment.Claim}", lines[0]);
        Assert.Matches(@"^(held|NOT held|undecided): \S+.*\d", lines[1]);
        Assert.DoesNotContain("NaN", lines[1], StringComparison.Ordinal);

        // Logs are named after sweeps.
        Assert.All(experiment.Sweeps(Scale.Smoke), sweep => Assert.True(File.Exists(paper.PathOf(name, $"{sweep.Name}.msgpack"))));
        CheckNumbers(File.ReadAllLines(paper.PathOf(name, $"{name}.csv")));
        CheckDrawing(XDocument.Load(paper.PathOf(name, $"{name}.svg")), experiment.Title);
    }

    [Fact]
    public void One_page_and_one_summary_have_every_experiment_after_a_kill()
    {
        Assert.Equal((true, false), (paper.WasKilled, paper.PageWasThere));
        Assert.Equal((0, ""), (paper.Result.ExitCode, paper.Result.Error));
        string page = File.ReadAllText(paper.Page);
        using var summary = JsonDocument.Parse(File.ReadAllText(paper.Summary));
        JsonElement[] entries = [.. summary.RootElement.GetProperty("experiments").EnumerateArray()];

        Assert.Equal(Catalogue.All.Select(experiment => experiment.Name), entries.Select(entry => entry.GetProperty("name").GetString()));
        Assert.All(Catalogue.All, experiment => Assert.Contains($"<h2 id=\"{experiment.Name}\">", page, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Contains(WebUtility.HtmlEncode(entry.GetProperty("evidence").GetString()!), page, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.Contains(
            entry.GetProperty("evidence").GetString()!, File.ReadAllText(paper.PathOf(entry.GetProperty("name").GetString()!, entry.GetProperty("name").GetString() + ".txt")),
            StringComparison.Ordinal));
        Assert.Equal(
            Catalogue.All.Select(experiment => experiment.Sweeps(Scale.Smoke).Sum(sweep => sweep.Spec.Runs)), entries.Select(entry => entry.GetProperty("runs").GetInt64()));
        Assert.Equal(Catalogue.All.Count, Regex.Count(page, "<svg"));
        Assert.DoesNotContain("http", Drawing().Replace(page, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_a_part_names_what_was_not_trained()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["--scale", "smoke", "--device", "cpu", "--threads", "1", "--quiet"];
        Assert.Equal(0, CommandLine.Run(["reproduce", "theorem4", "-o", Path.Combine(folder.Root, "part", "theorem4"), .. common]).ExitCode);
        string[] draw = ["reproduce", "all", "--draw-only", "-o", folder["part.html"], .. common];
        Assert.Equal(0, CommandLine.Run(draw).ExitCode);

        // The second page replaces the first, and the figures of experiments that have no logs too.
        CommandResult again = CommandLine.Run(draw);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        string page = File.ReadAllText(folder["part.html"]);

        Assert.Contains("<h2 id=\"theorem4\">", page, StringComparison.Ordinal);
        Assert.Contains("<tr><td>fig14</td>", page, StringComparison.Ordinal);
        Assert.Contains("not trained", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_and_every_scale_has_valid_sweeps()
    {
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(experiment => experiment.Name).Distinct().Count());
        foreach (Experiment experiment in Catalogue.All)
        {
            foreach (Scale scale in Enum.GetValues<Scale>())
            {
                IReadOnlyList<ExperimentSweep> sweeps = experiment.Sweeps(scale);
                Assert.Equal(sweeps.Count, sweeps.Select(sweep => sweep.Name).Distinct().Count());
                Assert.All(sweeps, sweep => Assert.NotNull(SpecValidation.Validate(sweep.Spec)));
            }
        }
    }

    private static void CheckNumbers(string[] lines)
    {
        Assert.True(lines.Length >= 3, $"{lines.Length} lines");
        int columns = Cells(lines[0]);
        Assert.All(lines, line => Assert.Equal(columns, Cells(line)));
        Assert.Contains(lines.Skip(1), line => NumberInCsv().IsMatch(line));

        static int Cells(string line) => QuotedInCsv().Replace(line, "").Count(c => c == ',') + 1;
    }

    private static void CheckDrawing(XDocument drawing, string title)
    {
        string[] texts = [.. drawing.Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Contains(title, texts);

        // Series, and they alone, are clipped to their panel: each is a group of its own.
        XElement[] series = [.. drawing.Descendants(Svg + "g").Where(group => group.Attribute("clip-path") is not null)];
        Assert.NotEmpty(series);
        Assert.Contains(series, group => group.HasElements);
        Assert.All(drawing.Descendants(Svg + "polyline"), line => Assert.All(
            line.Attribute("points")!.Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
            coordinate => Assert.True(double.IsFinite(double.Parse(coordinate, CultureInfo.InvariantCulture)))));

        // Two axes and a caption have words besides the title.
        Assert.True(texts.Count(text => text.Count(char.IsAsciiLetter) >= 3) >= 4, string.Join('|', texts));
        Assert.DoesNotContain("NaN", drawing.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex QuotedInCsv();

    [GeneratedRegex(@"(^|,)-?\d+(\.\d+)?(,|$)")]
    private static partial Regex NumberInCsv();
}
