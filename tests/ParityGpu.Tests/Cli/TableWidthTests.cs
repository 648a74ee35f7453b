using ParityGpu.Cli.Terminal;
using ParityGpu.Kernels;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>What is written into a file or a pipe fits 80 columns, whatever a table holds.</summary>
public sealed class TableWidthTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TableWidthTests()
    {
        SweepSpec spec = SmallLog.Spec with
        {
            N = [10, 1000],
            K = [3, 4],
            Batch = [8, 16384],
            Lr = [0.001234, 0.5],
            Optimizer = [Optimizer.Adam, Optimizer.SignSgd],
            Biases = [InitialBiases.Random, InitialBiases.Zero],
        };
        using RunLogWriter log = RunLogWriter.Create(folder["log"], spec);
        log.Start("cpu (test)");
        log.Write([.. Enumerable.Range(0, (int)(spec.Runs / spec.Seeds)).Select(point => new RunRecord(point, 7, Outcome.Solved, 1000 + point, 1))]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("summary log", 4)]
    [InlineData("summary log --where n=10 --where optimizer=adam", 4)]
    [InlineData("compare log --by width --where n=10 --where k=3", 4)]
    [InlineData("compare log log2", 4)]
    [InlineData("devices", 1)]
    [InlineData("bench --seconds 0.01 --device cpu --threads 1 --shape 6,2,3,4 --shape 6,2,3,8", 1)]
    [InlineData("train --n 8 --k 2 --width 10 --max-steps 20 --device cpu --curve 5 --curve-gap true", 1)]
    [InlineData("theory majority", 1)]
    [InlineData("theory majority --n 63", 1)]
    [InlineData("theory threshold --n 31 --theta -2,3", 1)]
    [InlineData("theory gradient", 1)]
    [InlineData("theory flow --k 3 --n-block 1024,131072", 1)]
    [InlineData("theory baselines --n 60 --k 30", 1)]
    [InlineData("theory baselines", 1)]
    [InlineData("reproduce --list", 1)]
    [InlineData("--help", 1)]
    public void Tables_fit(string command, int fewestLines)
    {
        File.Copy(folder["log"], folder["log2"]);
        string[] words = [.. command.Split(' ').Select(word => word is "log" or "log2" ? folder[word] : word)];

        CommandResult result = CommandLine.Run(words);

        Assert.Equal(0, result.ExitCode);
        string[] lines = [.. result.Output.Split('\n').Where(line => line.Trim().Contains(' ', StringComparison.Ordinal) && !line.Contains(folder.Root, StringComparison.Ordinal))];
        Assert.True(lines.Length > fewestLines);
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void A_table_that_is_too_wide_breaks_its_headings_and_then_itself()
    {
        var table = new TextTable("key", "a long heading of five words", "b", new string('c', 50)) { Keys = 1 };
        table.Add("1", "22", "333", new string('4', 50));
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output);
        Assert.Equal(
            $"        long\n     heading\n          of\n        five\nkey    words    b\n",
            string.Concat(output.ToString().Split('\n').Skip(1).Take(5).Select(line => line[..Math.Min(line.Length, 17)].TrimEnd() + "\n")));

        var wide = new TextTable("key", new string('b', 60), "c") { Keys = 1 };
        wide.Add("1", "2", new string('3', 40));
        using var parts = new StringWriter { NewLine = "\n" };
        wide.Write(parts);

        Assert.Equal(["key", "  1", "", "key", "  1"], parts.ToString().TrimEnd().Split('\n').Select(line => line[..Math.Min(line.Length, 3)]));
    }

    [Theory]
    [InlineData("--model deep --n 6 --k 2", "model deep", "depth 3", "-activation")]
    [InlineData("--model polynet --n 6 --k 2", "model polynet", "-activation", "-width", "-momentum")]
    [InlineData("--optimizer momentum --n 6", "activation relu", "momentum 0.9", "-beta2")]
    [InlineData("--optimizer adam --n 6", "momentum 0.9", "beta2 0.999", "epsilon 1E-08")]
    [InlineData("--init sparse --n 6", "sparsity 3", "-depth")]
    public void The_heading_says_what_the_network_has_and_nothing_else(string settings, params string[] parts)
    {
        CommandResult result = CommandLine.Run(["train", .. settings.Split(' '), "--max-steps", "2", "--device", "cpu"]);

        string heading = result.Output.ReplaceLineEndings(" ").Split("  ")[0];
        foreach (string part in parts)
            Assert.Equal(part[0] != '-', $" {heading}".Contains(" " + part.TrimStart('-'), StringComparison.Ordinal));
    }
}
