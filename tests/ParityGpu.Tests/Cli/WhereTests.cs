using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>--where, the same for every command that reads logs.</summary>
public sealed class WhereTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public WhereTests() => SmallLog.Write(folder["log"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Summary_and_export_show_the_points_that_match()
    {
        using JsonDocument summary = JsonDocument.Parse(CommandLine.Run("summary", folder["log"], "--where", "width=1e2", "--format", "json").Output);
        Assert.Equal(100, Assert.Single(summary.RootElement.EnumerateArray()).GetProperty("width").GetInt32());

        string[] all = CommandLine.Run("export", folder["log"]).Output.Split('\n');
        string[] some = CommandLine.Run("export", folder["log"], "--where", "width=100", "--where", "n=10,20").Output.Split('\n');
        Assert.Equal(all.Where(line => !line.Contains(",8,10,64,", StringComparison.Ordinal)), some);
    }

    /// <summary>Of width 10 all runs ended, of width 100 two of four, and one is in flight.</summary>
    [Theory]
    [InlineData("", "6 of 8 runs are finished, 1")]
    [InlineData("width=100", "2 of 4 runs are finished, 1")]
    [InlineData("width=10", null)]
    public void A_part_is_that_of_the_points_that_match(string where, string? part)
    {
        WritePart();
        string[] condition = where.Length == 0 ? [] : ["--where", where];
        string[] outputs =
        [
            CommandLine.Run(["summary", folder["part"], .. condition]).Output,
            CommandLine.Run(["summary", folder["part"], "--format", "json", .. condition]).Error,
            CommandLine.Run(["compare", folder["part"], folder["log"], .. condition]).Output,
            CommandLine.Run(["export", folder["part"], .. condition]).Error,
        ];

        Assert.All(outputs, output =>
        {
            string line = string.Join(' ', output.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
            if (part is null)
                Assert.DoesNotContain("part of a sweep", line, StringComparison.Ordinal);
            else
                Assert.Contains($"part of a sweep: {part} in flight count as censored at their last known step", line, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("width=100", "2 of 4")]
    [InlineData("width=10", null)]
    [InlineData("seed=7", null)]
    [InlineData("seed=9", "1 of 2")]
    public void A_figure_s_part_is_that_of_what_it_draws(string where, string? part)
    {
        WritePart();

        Assert.Equal(0, CommandLine.Run("plot", folder["part"], "--kind", "solved", "--where", where, "-o", folder["f.svg"]).ExitCode);

        string figure = File.ReadAllText(folder["f.svg"]);
        Assert.Equal(part is not null, figure.Contains("part of a sweep", StringComparison.Ordinal));
        Assert.Contains(part ?? "", figure, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_takes_its_points_from_them()
    {
        CommandLine.Run("compare", folder["log"], "--where", "width=10").MustBeUserError("1 point", "must have two");
        Assert.Equal(0, CommandLine.Run("compare", folder["log"], "--where", "width=10,100").ExitCode);
    }

    [Theory]
    [InlineData("summary log")]
    [InlineData("compare log")]
    [InlineData("export log")]
    [InlineData("plot log --kind width -o figure.svg")]
    public void Conditions_that_nothing_meets_are_refused_with_what_there_is(string command)
    {
        string[] words = [.. command.Split(' ').Select(word => word == "log" || word == "figure.svg" ? folder[word] : word)];

        CommandLine.Run([.. words, "--where", "width=20"]).MustBeUserError("--where width=20", "no point", "width=10,100");
        CommandLine.Run([.. words, "--where", "width"]).MustBeUserError("--where width", "n=30,40");
        CommandLine.Run([.. words, "--where", "widht=10"]).MustBeUserError("--where widht", "did you mean width?");
        Assert.Equal(["log"], folder.Files);
    }

    private void WritePart()
    {
        using RunLogWriter log = RunLogWriter.Create(folder["part"], SmallLog.Spec);
        log.Start("cpu");
        log.Write([.. SmallLog.Runs.Where(run => run.Point == 0 || run.Seed is 7 or 8)]);
        log.WriteInFlight([new(1, 9, 2)]);
    }
}
