using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    private static readonly string[] Train =
        ["train", "--device", "cpu", "--n", "10", "--k", "2", "--width", "20", "--lr", "0.1", "--seed", "7", "--max-steps", "2000", "--curve", "10"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_has_the_settings_the_end_and_the_curve()
    {
        CommandResult result = CommandLine.Run([.. Train, "--format", "json"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement run = json.RootElement;
        Assert.Equal((20, 7, "solved"), (
            run.GetProperty("width").GetInt32(), run.GetProperty("seed").GetInt64(), run.GetProperty("outcome").GetString()));
        long[] steps = [.. run.GetProperty("curve").EnumerateArray().Select(point => point.GetProperty("step").GetInt64())];
        Assert.Equal(StepsTo(run.GetProperty("steps").GetInt64()), steps);
        Assert.Equal(
            ["step", "trainLoss", "trainAccuracy", "accuracy", "movement", "movementRelevant", "movementIrrelevant"],
            run.GetProperty("curve")[0].EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Csv_has_a_row_per_point_and_the_gap_where_it_is_asked_for()
    {
        CommandResult result = CommandLine.Run([.. Train, "--curve-gap", "true", "--format", "csv"]);

        string[] lines = result.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Equal("step,trainLoss,trainAccuracy,accuracy,movement,movementRelevant,movementIrrelevant,gap", lines[0]);
        long[] steps = [.. lines[1..].Select(line => long.Parse(line.Split(',')[0]))];
        Assert.Equal(StepsTo(steps[^1]), steps);
        Assert.StartsWith($"seed 7: solved after {steps[^1]} steps", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_terminal_is_a_table_and_leaves_no_file()
    {
        CommandResult result = ParityProcess.Run(folder.Root, Train);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Empty(folder.Files);
        string[] lines = result.Output.TrimEnd().Split('\n');
        Assert.StartsWith("n 10, k 2, model mlp", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("train loss  train accuracy  accuracy", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith(" 10  ", StringComparison.Ordinal) || line.StartsWith("  10  ", StringComparison.Ordinal));
        Assert.StartsWith("seed 7: solved after ", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public void A_log_is_written_where_one_is_asked_for()
    {
        CommandResult result = CommandLine.Run([.. Train, "--format", "csv", "--log", folder["log"]]);

        Assert.Equal(0, result.ExitCode);
        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        var run = Assert.Single(SmallLog.ReadRuns(reader));
        Assert.Equal(7, run.Seed);
        Assert.Equal(StepsTo(run.Steps), reader.Curve!.Points.Select(point => point.Step));
        CommandLine.Run([.. Train, "--log", folder["log"]]).MustBeUserError("--log", "exists");
    }

    [Fact]
    public void Interrupted_it_leaves_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;

        // A parity of twenty coordinates is not learnt within the test.
        using ParityProcess parity = ParityProcess.Start(
            folder.Root, "train", "--device", "cpu", "--n", "40", "--k", "20", "--max-steps", "1000000000000", "--log", "log");
        parity.WaitUntilLonger(folder["log"], 0);
        parity.Interrupt();
        CommandResult result = parity.Wait();

        Assert.Equal((130, ""), (result.ExitCode, result.Output));
        Assert.Equal("stopped; the run is not finished and nothing is written (a run of 'parity sweep --seeds 1' can be resumed)\n", result.Error);
        Assert.Empty(folder.Files);
    }

    private static IEnumerable<long> StepsTo(long last) =>
        Enumerable.Range(0, (int)((last + 9) / 10)).Select(index => 10L * index).Append(last);
}
