using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class HelpTests
{
    [Theory]
    [InlineData("sweep", "--weight-decay", "[default: 10,30,100,300,1000]", "xavier-uniform", "100000", "8192", "Examples:")]
    [InlineData("sweep", "--curve", "none|m|log:q", "--curve-gap")]
    [InlineData("train", "--seed", "[default: log:8]", "[default: 100]", "csv", "Examples:")]
    [InlineData("summary", "--format", "csv", "Examples:")]
    [InlineData("compare", "LOG", "--by", "lr", "csv", "Examples:")]
    [InlineData("completion", "SHELL", "bash, zsh, fish, powershell", "source <(parity completion bash)", "Examples:")]
    [InlineData("export", "csv|jsonl|parquet", "--curves", "-o, --out", "--force", "Examples:")]
    [InlineData("sweep", "--shard", "i/N|auto")]
    [InlineData("merge", "--allow-missing", "LOG", "Examples:")]
    [InlineData("slurm", "--shards", "SPEC", "[default: 01:00:00]", "[default: shards]", "--width", "Examples:")]
    [InlineData("kubernetes", "--image", "--claim", "(REQUIRED)", "Examples:")]
    [InlineData("bench", "--shape", "n,k,r,B", "Examples:")]
    [InlineData("verify", "--device", "opencl", "Examples:")]
    [InlineData("devices", "json", "Examples:")]
    public void Help_shows_options_defaults_and_examples(string command, params string[] parts)
    {
        CommandResult help = CommandLine.Run(command, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Equal("", help.Error);
        string words = Words(help);
        Assert.All(parts, part => Assert.Contains(part, words, StringComparison.Ordinal));
        Assert.All(
            help.Output.Split('\n').TakeWhile(line => line != "Examples:"), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void Without_arguments_the_commands_are_shown()
    {
        CommandResult help = CommandLine.Run();

        Assert.Equal(0, help.ExitCode);
        Assert.All(
            ["sweep", "train", "reproduce", "summary", "plot", "report", "compare", "export", "merge", "slurm", "kubernetes", "devices", "verify", "bench"],
            command => Assert.Contains($"  {command} ", help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_says_what_settings_need_and_what_solved_means_and_shows_a_spec_file_that_is_one()
    {
        string help = CommandLine.Run("sweep", "--help").Output;

        Assert.Contains("  --d-emb, --heads, --d-attn   --model transformer", help, StringComparison.Ordinal);
        Assert.Contains("A run is solved at the first step", help, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["spec"], help.Split('\n').Single(line => line.StartsWith("  {", StringComparison.Ordinal)));
        Assert.Equal(4, SpecFile.Load(folder["spec"]).Points().Count());
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help sweep", "sweep --help")]
    [InlineData("help theory flow", "theory flow --help")]
    [InlineData("-v", "--version")]
    public void Help_and_version_have_short_names(string shorter, string longer) =>
        Assert.Equal(CommandLine.Run(longer.Split(' ')), CommandLine.Run(shorter.Split(' ')));

    [Theory]
    [InlineData("baselines", "[default: 1,10,100,1000]")]
    [InlineData("threshold", "[default: 0]")]
    [InlineData("gradient", "[default: 2,4,6]")]
    [InlineData("flow", "[default: 3,4,5]")]
    public void Theory_commands_show_each_default_once(string command, params string[] defaults)
    {
        string help = Words(CommandLine.Run("theory", command, "--help"));

        Assert.All(defaults, part => Assert.Contains(part, help, StringComparison.Ordinal));
        string[] options = help.Split(" --");
        Assert.All(options, option => Assert.True(option.Split("[default").Length <= 2, option));
    }

    private static string Words(CommandResult help) => string.Join(' ', help.Output.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
