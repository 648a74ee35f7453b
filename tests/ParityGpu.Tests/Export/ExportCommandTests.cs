using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>What is in the tables of parity export.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private static readonly string[] Settings = [.. SpecSetting.All.Where(setting => setting.IsOfPoint).Select(setting => setting.Name)];

    private readonly TemporaryFolder folder = new();

    public ExportCommandTests() => SmallLog.Write(folder["log"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Csv_has_a_heading_of_spec_names_and_a_row_per_run()
    {
        CommandResult result = CommandLine.Run("export", folder["log"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.Split('\n');
        Assert.Equal(string.Join(',', [.. Settings, "seed", "outcome", "steps", "accuracy", "heldOutLoss", "log"]), lines[0]);
        Assert.Equal(
            "10,3,parity,none,0.4,0,drawn,0,mlp,relu,trained,1,3,32,4,8,10,64,0.5,0.0,hinge,xavier-uniform,0.0,,random,,sgd,all,,0.0,pm1,0.5,1.0,,none,0=1,0.9,0.999,1E-08,first,5000,8192,step,1.0,0.01,256,0.1,"
            + $"7,solved,120,1.0,,{folder["log"]}",
            lines[1]);
        Assert.EndsWith($",9,diverged,3,NaN,,{folder["log"]}", lines[3], StringComparison.Ordinal);
        Assert.EndsWith($",8,budget,5000,0.75,,{folder["log"]}", lines[4], StringComparison.Ordinal);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void Rows_are_the_runs_of_the_log_in_its_order()
    {
        ExportTable table = ExportTable.OfJsonl(CommandLine.Run("export", folder["log"], "--format", "jsonl").Output);

        Assert.Equal(SmallLog.Runs.Select(run => run.Seed), table["seed"].Cast<long>());
        Assert.Equal(SmallLog.Runs.Select(run => run.Steps), table["steps"].Cast<long>());
        Assert.Equal(SmallLog.Runs.Select(run => $"{run.Outcome}".ToLowerInvariant()), table["outcome"].Cast<string>());
        Assert.Equal(SmallLog.Runs.Select(run => double.IsNaN(run.Accuracy) ? (double?)null : run.Accuracy), table["accuracy"].Cast<double?>());
        Assert.Equal(SmallLog.Runs.Select(run => (long)SmallLog.Spec.Width[run.Point]), table["width"].Cast<long>());
    }

    [Fact]
    public void Settings_are_what_a_spec_file_has_for_them()
    {
        ExportTable table = ExportTable.OfJsonl(CommandLine.Run("export", folder["log"], "--format", "jsonl").Output);

        using JsonDocument json = JsonDocument.Parse(SpecFile.Canonical(SmallLog.Spec));
        Assert.All(Settings.Where(name => SpecSetting.Find(name)!.IsWritten(SmallLog.Spec)), name =>
        {
            JsonElement value = json.RootElement.GetProperty(name);
            value = value.ValueKind == JsonValueKind.Array ? value[0] : value;
            object? cell = table[name].First();
            bool same = cell switch
            {
                null => value.GetString() is "k" or "online" or "own",
                string text => text == value.GetString(),
                long integer => integer == value.GetInt64(),
                _ => (double)cell == value.GetDouble(),
            };
            Assert.True(same, name);
        });
    }

    [Fact]
    public async Task All_formats_hold_the_same_table()
    {
        var spec = SmallLog.Spec with
        {
            Samples = [0, 500],
            Init = [Init.Sparse, Init.Torch],
            Lr = [1, 1e-30],
            Schedule = Schedule.TryParse("0=1,100=0.1")!,
            MaxSteps = 1L << 32,
        };
        using (RunLogWriter log = RunLogWriter.Create(folder["other"], spec))
        {
            log.Start("cpu");
            log.Write([.. Enumerable.Range(0, 16).Select(point => new RunRecord(point, 7, Outcome.Budget, 1L << 32, 1 / 3.0))]);
        }

        string[] logs = [folder["log"], folder["other"]];
        ExportTable json = ExportTable.OfJsonl(CommandLine.Run(["export", .. logs, "--format", "jsonl"]).Output);
        ExportTable csv = ExportTable.OfCsv(CommandLine.Run(["export", .. logs]).Output);
        CommandLine.Run(["export", .. logs, "--format", "parquet", "-o", folder["runs.parquet"]]);
        ExportTable parquet = await ExportTable.OfParquet(folder["runs.parquet"]);

        Assert.Equal(8 + 16, json.Rows.Count);
        Assert.Equal(["0=1", "0=1,100=0.1"], json["schedule"].Distinct());
        Assert.Equal([null, 500L], json["samples"].Distinct());
        Assert.Equal([null, 3L], json["sparsity"].Distinct());
        parquet.MustEqual(json);
        csv.MustEqual(json.AsText());
    }

    [Fact]
    public void A_run_that_is_met_twice_is_refused_before_anything_is_written() =>
        CommandLine.Run("export", folder["log"], folder["log"]).MustBeUserError(folder["log"], "seed 7 of point 0", "read before");

    [Fact]
    public void A_damaged_log_is_refused_before_anything_is_written()
    {
        byte[] log = File.ReadAllBytes(folder["log"]);
        log[log.AsSpan().IndexOf("outcome"u8)] ^= 1;
        File.WriteAllBytes(folder["damaged"], log);

        CommandLine.Run("export", folder["damaged"], "--format", "jsonl").MustBeUserError(folder["damaged"], "must be");
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void A_torn_log_gives_its_whole_runs_and_a_word_about_it(string format)
    {
        File.WriteAllBytes(folder["torn"], File.ReadAllBytes(folder["log"])[..^5]);

        CommandResult torn = CommandLine.Run("export", folder["torn"], "--format", format);

        string[] whole = CommandLine.Run("export", folder["log"], "--format", format).Output.Replace(folder["log"], folder["torn"], StringComparison.Ordinal).Split('\n');
        Assert.Equal((0, string.Join('\n', [.. whole[..^2], ""])), (torn.ExitCode, torn.Output));
        string[] lines = torn.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(folder["torn"], lines[0], StringComparison.Ordinal);
        Assert.Contains("truncated or damaged at byte", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("part of a sweep: 7 of 8 runs are finished", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    /// <summary>After a crash: one run ended since the log last said what was in flight, one is in flight still, and nothing is known of others.</summary>
    [Fact]
    public async Task Runs_in_flight_are_rows_without_a_result()
    {
        using (RunLogWriter log = RunLogWriter.Create(folder["part"], SmallLog.Spec with { Curve = CurveSteps.Every(100) }))
        {
            log.Start("cpu");
            log.WriteInFlight([new(0, 7, 40), new(1, 8, 300), new(1, 7, 2)]);
            log.Write([new FinishedRun(new(0, 7, Outcome.Solved, 0, 1), new RunCurve([new(0, 1, 0.5, 0.5, 0, 0, 0, float.NaN)], HasGap: false))]);
        }

        CommandResult csv = CommandLine.Run("export", folder["part"]);
        ExportTable json = ExportTable.OfJsonl(CommandLine.Run("export", folder["part"], "--format", "jsonl").Output);
        CommandLine.Run("export", folder["part"], "-o", folder["part.parquet"]);

        Assert.Equal((0, "part of a sweep: 1 of 8 runs are finished, 2 in flight count as censored at their last known step"), (csv.ExitCode, csv.Error.TrimEnd()));
        Assert.EndsWith($",100,64,0.5,0.0,hinge,xavier-uniform,0.0,,random,,sgd,all,,0.0,pm1,0.5,1.0,,none,0=1,0.9,0.999,1E-08,first,5000,8192,step,1.0,0.01,256,0.1,8,in-flight,300,,,{folder["part"]}\n", csv.Output, StringComparison.Ordinal);
        Assert.Equal(["solved", "in-flight", "in-flight"], json["outcome"]);
        Assert.Equal([0L, 2L, 300L], json["steps"]);
        Assert.Equal([1.0, null, null], json["accuracy"]);
        (await ExportTable.OfParquet(folder["part.parquet"])).MustEqual(json);
        ExportTable.OfCsv(csv.Output).MustEqual(json.AsText());
        Assert.Single(ExportTable.OfJsonl(CommandLine.Run("export", folder["part"], "--curves", "--format", "jsonl").Output).Rows);
        Assert.Equal(["solved"], ExportTable.OfJsonl(CommandLine.Run("export", folder["part"], "--format", "jsonl", "--where", "width=10").Output)["outcome"]);
    }

    [Fact]
    public void A_log_without_runs_gives_the_heading()
    {
        SmallLog.Write(folder["none"], 0);

        Assert.Single(CommandLine.Run("export", folder["none"]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
