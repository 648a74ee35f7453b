using System.Text.Json;
using System.Text.RegularExpressions;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_logs_are_matched_and_tested()
    {
        Write("a", new SweepSpec { Width = [10, 100], Lr = [0.5] }, point => 100);
        Write("b", new SweepSpec { Width = [100, 10], Lr = [1] }, point => point == 0 ? 200 : 100);

        CommandResult result = CommandLine.Run("compare", folder["a"], folder["b"], "--format", "json", "--independent");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement same = json.RootElement[0];
        JsonElement slower = json.RootElement[1];
        Assert.Equal((10, 0.5, 1), (same.GetProperty("width").GetInt32(), same.GetProperty("lrA").GetDouble(), same.GetProperty("lrB").GetDouble()));
        Assert.Equal((1, 1), (same.GetProperty("ratio").GetDouble(), same.GetProperty("p").GetDouble()));
        Assert.Equal((109.5, 209.5), (slower.GetProperty("medianA").GetDouble(), slower.GetProperty("medianB").GetDouble()));
        Assert.Equal(209.5 / 109.5, slower.GetProperty("ratio").GetDouble(), 12);
        Assert.InRange(slower.GetProperty("ratioLow").GetDouble(), 1.6, 209.5 / 109.5);
        Assert.InRange(slower.GetProperty("p").GetDouble(), 1e-15, 1e-6);
        Assert.Equal(2 * slower.GetProperty("p").GetDouble(), slower.GetProperty("holmP").GetDouble(), 12);
        Assert.Equal(1, slower.GetProperty("ksDistance").GetDouble());
        Assert.InRange(slower.GetProperty("ksP").GetDouble(), 1e-12, 1e-6);
        Assert.Equal("log-rank", slower.GetProperty("test").GetString());
        Assert.Equal(JsonValueKind.Null, slower.GetProperty("pairs").ValueKind);
    }

    /// <summary>Every run of b is 100 steps behind its partner, in the same order: the least p-value of twenty signed ranks, 2·Φ(−3.92).</summary>
    [Fact]
    public void Runs_of_one_seed_are_pairs()
    {
        Write("a", new SweepSpec { Width = [10, 100], Lr = [0.5] }, point => 100);
        Write("b", new SweepSpec { Width = [100, 10], Lr = [1] }, point => point == 0 ? 200 : 100);

        CommandResult result = CommandLine.Run("compare", folder["a"], folder["b"], "--format", "json");
        string[] text = CommandLine.Run("compare", folder["a"], folder["b"]).Output.Split(Environment.NewLine);

        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement same = json.RootElement[0];
        JsonElement slower = json.RootElement[1];
        Assert.Equal((20, "signed-rank", 1), (same.GetProperty("pairs").GetInt32(), same.GetProperty("test").GetString(), same.GetProperty("p").GetDouble()));
        Assert.Equal(3.9199, slower.GetProperty("z").GetDouble(), 4);
        Assert.Equal(8.857e-5, slower.GetProperty("p").GetDouble(), 7);
        Assert.Equal(1, slower.GetProperty("correlation").GetDouble());
        Assert.Equal(11, slower.GetProperty("seedsNeeded").GetDouble());
        Assert.InRange(slower.GetProperty("ratioLow").GetDouble(), 1.85, 209.5 / 109.5);
        Assert.Contains("p: Wilcoxon signed-rank test of log times.", text);
        Assert.All(text.Where(line => !line.Contains(folder.Root, StringComparison.Ordinal)), line => Assert.True(line.Length <= 100, line));
    }

    /// <summary>The ratio of a time to one that is infinite is 0, not something below 0.00.</summary>
    [Fact]
    public void A_side_that_is_never_solved_leaves_the_other_one_only()
    {
        SweepSpec spec = new() { Width = [10], Lr = [0.1, 0.3], Seeds = 5, MaxSteps = 100 };
        using (RunLogWriter log = RunLogWriter.Create(folder["log"], spec))
        {
            log.Start("cpu");
            for (int seed = 0; seed < 5; seed++)
                log.Write((RunRecord[])[new(0, seed, Outcome.Diverged, 1, double.NaN), new(1, seed, Outcome.Solved, 9, 1)]);
        }

        foreach (string[] options in new string[][] { [], ["--independent"] })
        {
            string output = CommandLine.Run(["compare", folder["log"], "--by", "lr", .. options]).Output;
            Assert.Matches(@" never +9 +B only +0\.00 ", output);
            using JsonDocument json = JsonDocument.Parse(CommandLine.Run(["compare", folder["log"], "--format", "json", .. options]).Output);
            Assert.Equal((0, 0), (json.RootElement[0].GetProperty("ratio").GetDouble(), json.RootElement[0].GetProperty("ratioHigh").GetDouble()));
        }
    }

    [Fact]
    public void Text_says_what_the_sides_are_in_at_most_eighty_columns()
    {
        Write("a", new SweepSpec { Width = [10, 100], Lr = [0.5] }, point => 100);
        Write("b", new SweepSpec { Width = [10, 100], Lr = [1] }, point => 200);

        string[] lines = CommandLine.Run("compare", folder["a"], folder["b"]).Output.TrimEnd().Split(Environment.NewLine);

        Assert.Contains($"A: {folder["a"]}, lr 0.5", lines);
        Assert.Contains($"B: {folder["b"]}, lr 1", lines);
        Assert.Contains(lines, line => Cells(line) is ["10", "100%", "100%", "109.5", "209.5", "1.91", ..]);
        Assert.All(lines.Where(line => !line.Contains(folder.Root, StringComparison.Ordinal)), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void A_log_of_two_points_compares_them()
    {
        SmallLog.Write(folder["log"]);

        string[] lines = CommandLine.Run("compare", folder["log"], "--format", "csv").Output.TrimEnd().Split(Environment.NewLine);

        Assert.Equal(2, lines.Length);
        string[] names = lines[0].Split(',');
        string[] values = lines[1].Split(',');
        Assert.Equal(names.Length, values.Length);
        Assert.Equal(("10", "100"), (values[Array.IndexOf(names, "widthA")], values[Array.IndexOf(names, "widthB")]));
        Assert.Equal(("2150", "64.5"), (values[Array.IndexOf(names, "medianA")], values[Array.IndexOf(names, "medianB")]));
    }

    [Fact]
    public void A_setting_is_compared_over_all_its_values()
    {
        Write("a", new SweepSpec { Width = [10, 100], Lr = [0.1, 0.3] }, point => 100);
        Write("b", new SweepSpec { Width = [10], Lr = [1] }, point => 200);

        CommandResult result = CommandLine.Run("compare", folder["a"], folder["b"], "--by", "lr");
        string[] lines = result.Output.TrimEnd().Split(Environment.NewLine);

        Assert.Equal("", result.Error);
        Assert.Equal(
            ["10 0.1 0.3", "10 0.1 1", "10 0.3 1", "100 0.1 0.3"],
            lines.Select(Cells).Where(cells => cells is ["10" or "100", _, "0.3" or "1", ..]).Select(cells => string.Join(' ', cells[..3])));
        Assert.Contains(
            "1 of 5 points are left out: no other point differs from them in width alone", CommandLine.Run("compare", folder["a"], folder["b"], "--by", "width").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsolved_medians_bound_the_ratio()
    {
        Write("a", new SweepSpec { Width = [10], Lr = [0.1], MaxSteps = 150 }, point => 1000);
        Write("b", new SweepSpec { Width = [10], Lr = [1], MaxSteps = 150 }, point => 100);

        string[] lines = CommandLine.Run("compare", folder["a"], folder["b"]).Output.Split(Environment.NewLine);

        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ +0% +100% +>150 +109\.5 +- +<0\.7\d "));
    }

    [Fact]
    public void Unfinished_and_torn_logs_are_compared_with_a_word_about_them()
    {
        SmallLog.Write(folder["whole"]);
        SmallLog.Write(folder["part"], 6);
        File.WriteAllBytes(folder["part"], File.ReadAllBytes(folder["part"])[..^5]);

        CommandResult result = CommandLine.Run("compare", folder["whole"], folder["part"], "--format", "json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.Error.Trim().Split('\n').Length);
        Assert.Contains($"{folder["part"]}: the last record is truncated", result.Error, StringComparison.Ordinal);
        Assert.Contains(": 5 of 8 runs are finished", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_said()
    {
        Write("a", new SweepSpec { Width = [10, 30, 100] }, point => 100);
        Write("b", new SweepSpec { Width = [10, 30] }, point => 100);
        using (RunLogWriter log = RunLogWriter.Create(folder["none"], new SweepSpec { Width = [10, 30] }))
            log.Start("cpu");

        CommandLine.Run("compare", folder["a"]).MustBeUserError(folder["a"], "has 3 points", "two", "--by");
        CommandLine.Run("compare", folder["a"], folder["b"]).MustBeUserError(folder["a"], "width 100", "no match", folder["b"]);
        CommandLine.Run("compare", folder["a"], folder["a"]).MustBeUserError(folder["a"], "twice");
        CommandLine.Run("compare", folder["a"], folder["a"], "--by", "width").MustBeUserError(folder["a"], "read before");
        CommandLine.Run("compare", folder["a"], folder["none"]).MustBeUserError(folder["none"], "no run is finished");
        CommandLine.Run("compare", folder["a"], "--by", "lr").MustBeUserError("--by lr", "must be", "width");
        CommandLine.Run("compare", folder["a"], "--by", "seeds").MustBeUserError("--by seeds", "one of n, k");
        CommandLine.Run("compare", folder["a"], "--by", "").MustBeUserError("--by ''", "one of n, k");
        CommandLine.Run("compare", folder["a"], folder["missing"]).MustBeUserError(folder["missing"], "no such file");
        CommandLine.Run("compare", folder["a"], folder["b"], folder["none"]).MustBeUserError("none", "--help");
    }

    /// <summary>A log of twenty runs per point, solved one step after another from a first step on, unless the budget is over.</summary>
    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void Write(string name, SweepSpec spec, Func<int, long> first)
    {
        SweepSpec whole = spec with { Seeds = 20 };
        using RunLogWriter log = RunLogWriter.Create(folder[name], whole);
        log.Start("cpu");
        for (int point = 0; point < whole.Points().Count(); point++)
        {
            for (int seed = 0; seed < 20; seed++)
            {
                long time = first(point) + seed;
                log.Write((RunRecord[])[time <= spec.MaxSteps
                    ? new(point, seed, Outcome.Solved, time, 1)
                    : new(point, seed, Outcome.Budget, spec.MaxSteps, 0.5)]);
            }
        }
    }
}
