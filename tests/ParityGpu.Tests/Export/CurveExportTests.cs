using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>parity export --curves.</summary>
public sealed class CurveExportTests : IDisposable
{
    private static readonly string[] Columns =
        ["seed", "step", "trainLoss", "trainAccuracy", "accuracy", "movement", "movementRelevant", "movementIrrelevant", "gap"];

    /// <summary>Columns behind those: the loss and eight coefficients of polynomial targets, and three norms.</summary>
    private const int Further = 12;

    private readonly TemporaryFolder folder = new();

    public CurveExportTests()
    {
        Write("gap", SmallLog.Spec with { Curve = CurveSteps.Every(100), CurveGap = true }, new RunRecord(1, 8, Outcome.Solved, 100, 1), new RunCurve(
            [new(0, 1, 0.25, 0.5, 0, 0, 0, 0.1f), new(100, 0.1f, 1, 1, 2.5f, 3e-20f, 1e30f, -0.5f)], HasGap: true));
        Write("diverged", SmallLog.Spec with { Curve = CurveSteps.Every(1) }, new RunRecord(0, 7, Outcome.Diverged, 1, double.NaN), new RunCurve(
            [new(0, 1, 0.5, 0.5, 0, 0, 0, float.NaN), new(1, float.NaN, 0, 0, float.PositiveInfinity, float.NegativeInfinity, 1, float.NaN)],
            HasGap: false));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rows_are_the_points_of_curves_with_the_settings_of_their_runs()
    {
        ExportTable table = Jsonl("gap");

        Assert.Equal(Columns, table.Names.TakeLast(Columns.Length + Further + 1).Take(Columns.Length));
        Assert.Equal([100L, 100L], table["width"]);
        Assert.Equal([8L, 8L], table["seed"]);
        Assert.Equal([0L, 100L], table["step"]);
        Assert.Equal([8L, 100L, 0.1, 1.0, 1.0, 2.5, 3e-20, 1e30, -0.5], table.Rows[1].TakeLast(Columns.Length + Further + 1).Take(Columns.Length));
    }

    [Fact]
    public void What_is_no_number_is_null_in_json_and_itself_in_csv()
    {
        ExportTable table = Jsonl("diverged");

        Assert.Equal([7L, 1L, null, 0.0, 0.0, null, null, 1.0, null], table.Rows[1].TakeLast(Columns.Length + Further + 1).Take(Columns.Length));
        Assert.EndsWith(
            $",7,1,NaN,0.0,0.0,inf,-inf,1.0,,,,,,,,,,,,,,{folder["diverged"]}\n", CommandLine.Run("export", "--curves", folder["diverged"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_formats_hold_the_same_table()
    {
        ExportTable json = Jsonl("gap", "diverged");
        CommandLine.Run("export", folder["gap"], folder["diverged"], "--curves", "--format", "parquet", "-o", folder["curves.parquet"]);

        Assert.Equal(4, json.Rows.Count);
        (await ExportTable.OfParquet(folder["curves.parquet"])).MustEqual(json);
        ExportTable.OfCsv(CommandLine.Run("export", folder["gap"], folder["diverged"], "--curves").Output).MustEqual(
            json.AsText());
    }

    [Fact]
    public void Columns_have_the_names_of_parity_train()
    {
        CommandResult train = CommandLine.Run(
            "train", "--n", "5", "--k", "1", "--width", "5", "--max-steps", "2", "--curve-gap", "true", "--device", "cpu", "--format", "csv");

        Assert.Equal(Columns[1..], train.Output.Split(Environment.NewLine)[0].Split(','));
    }

    [Fact]
    public void Logs_without_curves_are_refused()
    {
        SmallLog.Write(folder["none"]);

        CommandLine.Run("export", folder["none"], "--curves").MustBeUserError("--curves", folder["none"], "--curve");
        CommandLine.Run("export", folder["gap"], folder["none"], "--curves").MustBeUserError("--curves", folder["none"]);
    }

    [Fact]
    public void Runs_of_a_log_with_curves_are_one_row_each() =>
        Assert.Single(ExportTable.OfJsonl(CommandLine.Run("export", folder["gap"], "--format", "jsonl").Output).Rows);

    private ExportTable Jsonl(params string[] logs) => ExportTable.OfJsonl(
        CommandLine.Run(["export", .. logs.Select(log => folder[log]), "--curves", "--format", "jsonl"]).Output);

    private void Write(string name, SweepSpec spec, RunRecord run, RunCurve curve)
    {
        using RunLogWriter log = RunLogWriter.Create(folder[name], spec);
        log.Start("cpu (test)");
        log.Write([new FinishedRun(run, curve)]);
    }
}
