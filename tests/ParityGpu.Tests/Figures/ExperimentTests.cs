using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ParityGpu.Figures.Experiments;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>Every experiment at the scale smoke, as a user runs it.</summary>
public sealed partial class ExperimentTests : IDisposable
{
    /// <summary>The XML namespace of SVG.</summary>
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. Catalogue.All.Select(experiment => experiment.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Smoke_trains_draws_and_judges(string name)
    {
        Experiment experiment = Catalogue.Find(name)!;
        CommandResult result = CommandLine.Run(
            "reproduce", name, "--scale", "smoke", "--out", folder["out"], "--device", "cpu", "--threads", "2", "--quiet");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"{name} ({experiment.Source}): {experiment.Claim}", lines[0]);
        Assert.Matches(@"^(held|NOT held|undecided): \S+.*\d", lines[1]);
        Assert.DoesNotContain("NaN", lines[1], StringComparison.Ordinal);

        // Logs are named after sweeps, and the verdict is kept beside them.
        Assert.All(experiment.Sweeps(Scale.Smoke), sweep => Assert.True(File.Exists(InFolder($"{sweep.Name}.msgpack"))));
        Assert.Equal(lines[..2], File.ReadAllLines(InFolder($"{name}.txt")));
        CheckNumbers(File.ReadAllLines(InFolder($"{name}.csv")));
        CheckDrawing(XDocument.Load(InFolder($"{name}.svg")), experiment.Title);
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

    private string InFolder(string file) => Path.Combine(folder["out"], file);

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

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex QuotedInCsv();

    [GeneratedRegex(@"(^|,)-?\d+(\.\d+)?(,|$)")]
    private static partial Regex NumberInCsv();
}
