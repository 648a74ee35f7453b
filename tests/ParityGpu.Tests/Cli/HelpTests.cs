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
    [InlineData("completion", "SHELL", "bash, zsh, powershell", "source <(parity completion bash)", "Examples:")]
    [InlineData("export", "csv|jsonl|parquet", "--curves", "-o, --output", "--force", "Examples:")]
    [InlineData("sweep", "--shard", "i/N|auto")]
    [InlineData("merge", "--allow-missing", "LOG", "Examples:")]
    [InlineData("slurm", "--tasks", "SPEC", "[default: 01:00:00]", "[default: shards]", "--width", "Examples:")]
    [InlineData("kubernetes", "--image", "--claim", "(REQUIRED)", "Examples:")]
    [InlineData("bench", "--shape", "n,k,r,B", "Examples:")]
    [InlineData("verify", "--device", "opencl", "Examples:")]
    [InlineData("devices", "json", "Examples:")]
    public void Help_shows_options_defaults_and_examples(string command, params string[] parts)
    {
        CommandResult help = CommandLine.Run(command, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Equal("", help.Error);
        Assert.All(parts, part => Assert.Contains(part, help.Output, StringComparison.Ordinal));
        Assert.All(help.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 100, line));
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
}
