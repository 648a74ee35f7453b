using System.Globalization;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>A sweep over tasks from the first command to the figure.</summary>
public sealed class TaskCommandTests : IDisposable
{
    private static readonly string[] Sweep =
    [
        "sweep", "--device", "cpu", "--tasks", "3", "--n", "8", "--k", "2", "--width", "40", "--batch", "200", "--lr", "0.01", "--optimizer", "adam", "--init", "torch",
        "--loss", "logistic", "--encoding", "01", "--check", "never", "--curve", "50", "--max-steps", "600", "--test-samples", "200", "--quiet",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Tasks_are_trained_summarised_exported_and_drawn()
    {
        Run([.. Sweep, "--seeds", "3", "--curve-tasks", "true", "--log", folder["log"]]);

        string summary = Run("summary", folder["log"]);
        Assert.Contains("mean accuracy  tasks learned", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("median", summary, StringComparison.Ordinal);

        string[][] rows = Rows("export", "--tasks", folder["log"]);
        Assert.Equal(["seed", "task", "frequency", "learned", "finalLoss", "log"], rows[0][^6..]);
        Assert.Equal(3 * 3, rows.Length - 1);
        Assert.Equal(["1", "2", "3"], rows[1..4].Select(row => row[^5]));
        Assert.All(rows[1..], row => Assert.True(row[^3].Length == 0 || int.Parse(row[^3]) % 50 == 0, row[^3]));

        // The most frequent task comes first, and what is learned stays learned.
        Assert.All(rows[1..].Where(row => row[^5] == "1"), row => Assert.NotEmpty(row[^3]));
        Assert.All(rows[1..].Where(row => row[^3].Length > 0), row => Assert.InRange(double.Parse(row[^2], CultureInfo.InvariantCulture), 0, 0.2));

        // Steps 0, 50, … 600; the last losses are the final ones, and the first loss below the threshold is when a task was learned.
        string[][] curves = Rows("export", "--tasks", "--curves", folder["log"]);
        Assert.Equal(["seed", "step", "task", "frequency", "loss", "log"], curves[0][^6..]);
        Assert.Equal(3 * 13 * 3, curves.Length - 1);
        Assert.Equal(rows[1..].Select(row => row[^2]), curves.Where(row => row[^5] == "600").Select(row => row[^2]));
        Assert.Equal(
            rows[1..].Select(row => row[^3]),
            curves[1..].GroupBy(row => (row[^6], row[^4])).Select(task => task.FirstOrDefault(row => double.Parse(row[^2], CultureInfo.InvariantCulture) < 0.1)?[^5] ?? ""));

        Run("plot", folder["log"], "--kind", "tasks", "-o", folder["tasks.svg"], "--csv", folder["tasks.csv"]);
        Assert.Contains("loss of each task (seed 0)", File.ReadAllText(folder["tasks.svg"]), StringComparison.Ordinal);
        Assert.Equal("task,frequency,seeds,learned,q1,median,q3,finalLoss", File.ReadLines(folder["tasks.csv"]).First());
        Run("report", folder["log"], "-o", folder["report.html"]);
        Assert.Contains("When tasks are learned", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_that_is_extended_and_one_in_shards_have_the_tasks_of_a_whole_one()
    {
        string[] sweep = [.. Sweep, "--curve-tasks", "true"];
        Run([.. sweep, "--seeds", "3", "--log", folder["whole"]]);
        Run([.. sweep, "--seeds", "1", "--log", folder["extended"]]);
        Run([.. sweep, "--seeds", "3", "--log", folder["extended"], "--resume"]);
        foreach (int shard in new[] { 0, 1 })
            Run([.. sweep, "--seeds", "3", "--log", folder[$"shard-{shard}"], "--shard", $"{shard}/2"]);

        Run("merge", folder["shard-0"], folder["shard-1"], "-o", folder["merged"]);
        foreach (string[] rows in new[] { new[] { "--tasks" }, ["--tasks", "--curves"] })
        {
            string[] whole = Tasks("whole", rows);

            Assert.Equal(whole, Tasks("extended", rows));
            Assert.Equal(whole, Tasks("merged", rows));
        }
    }

    [Fact]
    public void Logs_without_tasks_are_refused()
    {
        SmallLog.Write(folder["log"]);

        CommandLine.Run("export", "--tasks", folder["log"]).MustBeUserError("--tasks", "--curve");
        CommandLine.Run("export", "--tasks", "--curves", folder["log"]).MustBeUserError("--curves", "no curves");
        CommandLine.Run("plot", folder["log"], "--kind", "tasks", "-o", folder["tasks.svg"]).MustBeUserError("--tasks and --curve");

        Run([.. Sweep, "--seeds", "1", "--log", folder["ends"]]);
        CommandLine.Run("export", "--tasks", "--curves", folder["ends"]).MustBeUserError("--tasks --curves", "--curve-tasks true");
    }

    /// <summary>The rows of a log's tasks without its name, in the order of seeds and tasks.</summary>
    private string[] Tasks(string log, string[] rows) =>
        [.. Rows(["export", .. rows, folder[log]]).Skip(1).OrderBy(row => int.Parse(row[^6])).Select(row => string.Join(',', row[..^1]))];

    private static string[][] Rows(params string[] command) => [.. Run(command).TrimEnd().Split('\n').Select(line => line.Split(','))];

    private static string Run(params string[] command)
    {
        CommandResult result = CommandLine.Run(command);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
