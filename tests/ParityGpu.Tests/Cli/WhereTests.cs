using System.Text.Json;
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
}
