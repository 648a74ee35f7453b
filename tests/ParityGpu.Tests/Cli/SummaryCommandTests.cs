using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class SummaryCommandTests : IDisposable
{
    private static readonly string[] Fields =
    [
        "n", "k", "model", "activation", "width", "batch", "lr", "loss", "init", "seeds", "solved", "successRate",
        "successLow", "successHigh", "median", "q1", "q3", "min", "max", "target", "tasks", "zipf", "taskSeed", "taskBatch", "singleSteps", "output", "logits", "depth", "dEmb", "heads", "dAttn", "weightDecay",
        "initSigma", "sparsity", "biases", "initSeed", "optimizer", "train", "samples", "noise", "encoding", "inputBias", "mixture", "biasedSteps", "inputSchedule", "schedule", "momentum", "beta2", "epsilon", "subset",
        "maxSteps", "testSamples", "check", "targetAccuracy", "targetLoss", "taskSamples", "taskLoss", "medianLow", "medianHigh", "planned", "inFlight", "budget", "diverged", "accuracy", "tasksLearned",
    ];

    private readonly TemporaryFolder folder = new();

    public SummaryCommandTests() => SmallLog.Write(folder["log"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_has_the_documented_fields()
    {
        CommandResult result = CommandLine.Run("summary", folder["log"], "--format", "json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.All(json.RootElement.EnumerateArray(), point =>
            Assert.Equal(Fields, point.EnumerateObject().Select(property => property.Name)));
        JsonElement first = json.RootElement[0];
        Assert.Equal("xavier-uniform", first.GetProperty("init").GetString());
        Assert.Equal(0.5, first.GetProperty("lr").GetDouble());
        Assert.Equal(2150, first.GetProperty("median").GetDouble());
        Assert.Equal(120, first.GetProperty("medianLow").GetDouble());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("medianHigh").ValueKind);
        Assert.Equal(JsonValueKind.Null, first.GetProperty("max").ValueKind);
    }

    [Fact]
    public void Csv_has_a_heading_and_a_row_per_point()
    {
        string[] lines = CommandLine.Run("summary", folder["log"], "--format", "csv").Output.TrimEnd().Split(Environment.NewLine);

        Assert.Equal(string.Join(',', Fields), lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("10,3,mlp,relu,10,64,0.5,hinge,xavier-uniform,4,3,0.75,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",2150,255,,120,,parity,none,0.4,0,drawn,0,trained,1,3,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_one_line_per_point_of_at_most_eighty_columns()
    {
        string[] lines = CommandLine.Run("summary", folder["log"]).Output.TrimEnd().Split(Environment.NewLine);

        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains(lines, line => line.Contains("width", StringComparison.Ordinal) && line.Contains("95% interval", StringComparison.Ordinal));
        Assert.Contains("2150", lines[^2], StringComparison.Ordinal);
        Assert.Contains(">5000", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Diverged_runs_are_told_from_those_out_of_budget()
    {
        string[] lines = CommandLine.Run("summary", folder["log"]).Output.TrimEnd().Split(Environment.NewLine);
        using JsonDocument json = JsonDocument.Parse(CommandLine.Run("summary", folder["log"], "--format", "json").Output);

        Assert.Matches("^width  seeds  solved  budget  diverged  success", lines[^3]);
        Assert.Matches("^   10      4       3       1         0 ", lines[^2]);
        Assert.Matches("^  100      4       3       0         1 ", lines[^1]);
        Assert.Equal(
            [(1, 0), (0, 1)], json.RootElement.EnumerateArray().Select(point => (point.GetProperty("budget").GetInt32(), point.GetProperty("diverged").GetInt32())));
    }

    [Fact]
    public void Text_names_the_usual_settings_and_others_only_where_they_differ()
    {
        string usual = CommandLine.Run("summary", folder["log"]).Output;
        Assert.Contains("max-steps 5000, test-samples 8192 ", usual.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("optimizer", usual, StringComparison.Ordinal);

        var spec = SmallLog.Spec with { Noise = [0, 0.1], Optimizer = [ParityGpu.Kernels.Optimizer.Adam] };
        using (RunLogWriter log = RunLogWriter.Create(folder["other"], spec))
            log.Start("cpu");

        string[] other = CommandLine.Run("summary", folder["other"]).Output.Split(Environment.NewLine);
        Assert.Contains(other, line => line.Contains("optimizer adam", StringComparison.Ordinal));
        Assert.Contains(other, line => line.TrimStart().StartsWith("width  noise  seeds", StringComparison.Ordinal));
        Assert.DoesNotContain(other, line => line.Contains("schedule", StringComparison.Ordinal));
    }

    /// <summary>One run at 120, 300 and 4000 steps each: a third of the way lies between the first two, most of it behind.</summary>
    [Fact]
    public void Text_draws_times_on_a_common_logarithmic_axis()
    {
        using (RunLogWriter log = RunLogWriter.Create(folder["solved"], SmallLog.Spec with { Seeds = 3 }))
        {
            log.Start("cpu");
            log.Write([.. new long[] { 120, 300, 4000, 0, 1, 128 }.Index().Select(time =>
                new RunRecord(time.Index / 3, 7 + (time.Index % 3), Outcome.Solved, time.Item, 1))]);
        }

        string[] lines = CommandLine.Run("summary", folder["solved"]).Output.TrimEnd().Split(Environment.NewLine);

        int start = lines[^3].IndexOf("0 ─", StringComparison.Ordinal);
        int cells = lines[^3].Length - start;
        Assert.EndsWith("─ 4000", lines[^3], StringComparison.Ordinal);
        Assert.True(cells >= 12 && lines[^3].Length <= 80);
        // 120 is at (ln 120 − ln ½)/(ln 4000½ − ln ½) = 0.61 of the cells, 300 at 0.71, 4000 in the last one; 0 and 1 in the first.
        Assert.Equal([(int)(0.6098 * cells), (int)(0.7118 * cells), cells - 1], Blocks(lines[^2][start..]));
        Assert.Contains(0, Blocks(lines[^1][start..]));
        Assert.Equal(lines[^3].Length, lines[^2].Length);
        Assert.DoesNotContain("─", CommandLine.Run("summary", folder["log"], "--format", "csv").Output, StringComparison.Ordinal);

        static IEnumerable<int> Blocks(string line) => line.Index().Where(cell => cell.Item != ' ').Select(cell => cell.Index);
    }

    [Fact]
    public void Csv_quotes_a_schedule_with_commas()
    {
        var spec = SmallLog.Spec with { Schedule = Schedule.TryParse("0=1,100=0.1")! };
        using (RunLogWriter log = RunLogWriter.Create(folder["other"], spec))
            log.Start("cpu");

        Assert.Contains(",\"0=1,100=0.1\",", CommandLine.Run("summary", folder["other"], "--format", "csv").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_or_unfinished_log_is_summarised_with_a_word_about_it()
    {
        byte[] log = File.ReadAllBytes(folder["log"]);
        File.WriteAllBytes(folder["torn"], log[..^5]);

        CommandResult result = CommandLine.Run("summary", folder["torn"], "--format", "json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("truncated or damaged at byte", result.Error, StringComparison.Ordinal);
        Assert.Contains("7 of 8 runs", result.Error, StringComparison.Ordinal);
        JsonDocument.Parse(result.Output).Dispose();
    }

    [Fact]
    public void Foreign_damaged_and_empty_files_are_refused()
    {
        byte[] log = File.ReadAllBytes(folder["log"]);
        byte[] damaged = [.. log];
        damaged[log.AsSpan().IndexOf("outcome"u8)] ^= 1;
        (string Name, byte[] Bytes)[] files =
        [
            ("foreign", "PNG, say"u8.ToArray()), ("empty", []), ("truncated", log[..50]), ("damaged", damaged),
        ];
        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(folder[name], bytes);
            CommandLine.Run("summary", folder[name]).MustBeUserError(folder[name], "must be");
            Assert.Equal(bytes, File.ReadAllBytes(folder[name]));
        }

        CommandLine.Run("summary", folder["log"], folder["log"]).MustBeUserError("read before");
    }
}
