using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>The scripts of the documentation find in an export what parity summary finds in the log.</summary>
public sealed class ReadRunsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Widths with a median, one of which more than half are unsolved, and one of which fast runs are in flight.</summary>
    public ReadRunsTests()
    {
        SmallLog.Write(folder["log"]);
        using RunLogWriter log = RunLogWriter.Create(folder["other"], SmallLog.Spec with { Width = [1], Schedule = Schedule.TryParse("0=1,9=0.1")! });
        log.Start("cpu");
        log.Write(
        [
            new RunRecord(0, 7, Outcome.Solved, 9, 1), new RunRecord(0, 8, Outcome.Budget, 5000, 0.5), new RunRecord(0, 9, Outcome.Diverged, 1, double.NaN),
        ]);
        log.WriteInFlight([]);
        var random = new Random(1);
        int seed = 0;
        using RunLogWriter stopped = RunLogWriter.Create(folder["stopped"], SmallLog.Spec with { Width = [1000], Seeds = 60, FirstSeed = 0 });
        stopped.Start("cpu");
        stopped.Write([.. Enumerable.Range(0, 9).Select(_ => new RunRecord(0, seed++, (Outcome)random.Next(3), 10 + random.Next(300), 1))]);
        stopped.Write([.. Enumerable.Range(0, 24).Select(_ => new RunRecord(0, seed++, Outcome.Solved, 10 + random.Next(300), 1))]);
        stopped.WriteInFlight([.. Enumerable.Range(0, 20).Select(_ => new RunUnderWay(0, seed++, random.Next(300)))]);
    }

    public void Dispose() => folder.Dispose();

    [PythonFact("pandas")]
    public void Pandas_finds_the_medians_in_csv() => MustEqualSummary(PythonFactAttribute.Python, "read_runs.py", "csv");

    [PythonFact("pandas")]
    public void Pandas_finds_the_medians_in_jsonl() => MustEqualSummary(PythonFactAttribute.Python, "read_runs.py", "jsonl");

    [RscriptFact]
    public void R_finds_the_medians_in_csv() => MustEqualSummary("Rscript", "read_runs.R", "csv");

    private void MustEqualSummary(string interpreter, string script, string format)
    {
        string[] logs = [folder["log"], folder["other"], folder["stopped"]];
        string table = folder[$"runs.{format}"];
        Assert.Equal(0, CommandLine.Run(["export", .. logs, "--format", format, "-o", table]).ExitCode);

        // Lines of a width and a median, below a heading.
        IEnumerable<(int Width, double Median)> found = Run(interpreter, script, table).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(cells => (int.Parse(cells[0]), cells[1] is "inf" or "Inf" ? double.PositiveInfinity : double.Parse(cells[1])));

        Assert.Equal([(1, double.PositiveInfinity), (10, 2150), (100, 64.5), (1000, 248)], found);
        using JsonDocument summary = JsonDocument.Parse(CommandLine.Run(["summary", .. logs, "--format", "json"]).Output);
        Assert.Equal(summary.RootElement.EnumerateArray().Select(Median).Order(), found);
    }

    private static (int Width, double Median) Median(JsonElement point) => (
        point.GetProperty("width").GetInt32(),
        point.GetProperty("median") is { ValueKind: JsonValueKind.Number } median ? median.GetDouble() : double.PositiveInfinity);

    private static string Run(string interpreter, string script, string table)
    {
        using Process process = Process.Start(new ProcessStartInfo(interpreter, [Script(script), table]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static string Script(string name, [CallerFilePath] string here = "") => Path.Combine(
        Path.GetDirectoryName(here)!, "..", "..", "..", "src", "ParityGpu.Cli", "Export", name);
}
