using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ParityGpu.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>Whole sweeps on the CPU in processes of their own.</summary>
public sealed class SweepProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sweep_of_one_seed_ends_in_a_table_and_a_log()
    {
        CommandResult result = ParityProcess.Run(
            folder.Root, "sweep", "--device", "cpu", "--n", "10", "--k", "2", "--width", "20", "--seeds", "1");

        Assert.Equal(0, result.ExitCode);
        string log = Assert.Single(folder.Files);
        Assert.Matches(@"^parity-\d{8}-\d{6}\.msgpack$", log);
        Assert.Contains($"log: {log}", result.Output, StringComparison.Ordinal);
        Assert.Contains("95% interval", result.Output, StringComparison.Ordinal);
        Assert.All(result.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("1/1 runs", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_all_there_is_on_the_output_and_equals_the_summary()
    {
        string[] sweep = ["sweep", "--device", "cpu", "--n", "10", "--k", "2", "--width", "20,30", "--seeds", "5"];

        CommandResult result = ParityProcess.Run(folder.Root, [.. sweep, "--log", "log", "--format", "json", "--quiet"]);

        Assert.Equal((0, "log: log\n"), (result.ExitCode, result.Error));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal([20, 30], json.RootElement.EnumerateArray().Select(point => point.GetProperty("width").GetInt32()));
        Assert.Equal(result.Output, ParityProcess.Run(folder.Root, "summary", "log", "--format", "json").Output);
    }

    [Fact]
    public void Options_override_the_spec_file()
    {
        File.WriteAllText(folder["sweep.json"], """{ "n": [10], "k": 2, "width": [20], "seeds": 3 }""");

        CommandResult result = ParityProcess.Run(
            folder.Root, "sweep", "--device", "cpu", "--spec", "sweep.json", "--width", "25", "--log", "log", "--format", "json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement point = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal((10, 25, 3), (
            point.GetProperty("n").GetInt32(), point.GetProperty("width").GetInt32(), point.GetProperty("seeds").GetInt32()));
    }

    [Fact]
    public void Divergence_is_recorded_and_the_sweep_goes_on()
    {
        CommandResult result = ParityProcess.Run(
            folder.Root,
            "sweep", "--device", "cpu", "--n", "10", "--k", "2", "--width", "20", "--lr", "1e30,0.5", "--seeds", "10",
            "--log", "log", "--format", "json");

        Assert.Equal(0, result.ExitCode);
        var outcomes = new Dictionary<(int, ParityGpu.Specs.Outcome), int>();
        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                outcomes[(reader.Run.Point, reader.Run.Outcome)] = outcomes.GetValueOrDefault((reader.Run.Point, reader.Run.Outcome)) + 1;
        }

        Assert.Equal(10, outcomes[(0, ParityGpu.Specs.Outcome.Diverged)]);
        Assert.Equal(10, outcomes[(1, ParityGpu.Specs.Outcome.Solved)]);
    }

    [Fact]
    public void Killed_a_hundred_times_and_resumed_a_sweep_ends_as_if_nothing_had_happened()
    {
        int sessions = TestScale.Cases(100);
        string[] sweep =
        [
            "sweep", "--device", "cpu", "--n", "16", "--k", "3", "--width", "20,40", "--seeds", $"{150 * sessions}", "--max-steps", "3000",
            "--checkpoint", "0.05", "--quiet", "--format", "json",
        ];
        string expected = ParityProcess.Run(folder.Root, [.. sweep, "--log", "whole"]).Output;

        int killed = 0;
        var random = new Random(1);
        for (int session = 0; session < sessions; session++)
        {
            long length = File.Exists(folder["killed"]) ? new FileInfo(folder["killed"]).Length : 0;
            using ParityProcess parity = ParityProcess.Start(folder.Root, [.. sweep, "--log", "killed", "--resume"]);

            // Most sessions get past the message that they began: at least one launch was recorded.
            if (session % 5 > 0)
                parity.WaitUntilLonger(folder["killed"], length + 1000);

            Thread.Sleep(random.Next(200));
            killed += parity.HasExited ? 0 : 1;
            parity.Kill();
        }

        Assert.NotEqual(0, killed);
        CommandResult last = ParityProcess.Run(folder.Root, [.. sweep, "--log", "killed", "--resume"]);

        Assert.Equal(0, last.ExitCode);
        Assert.Equal(expected, last.Output);
        Assert.Equal(Runs("whole"), Runs("killed"));
    }

    [Fact]
    public void Killed_in_a_long_run_it_goes_on_where_the_run_was()
    {
        string[] sweep =
        [
            "sweep", "--device", "cpu", "--n", "20", "--width", "20", "--batch", "32", "--lr", "0.001", "--seeds", "2", "--max-steps", "2000000",
            "--checkpoint", "0.05", "--quiet", "--format", "json",
        ];
        string expected = ParityProcess.Run(folder.Root, [.. sweep, "--log", "whole"]).Output;
        using (ParityProcess parity = ParityProcess.Start(folder.Root, [.. sweep, "--log", "killed"]))
        {
            parity.WaitUntilLonger(folder["killed.checkpoint"], 0);
            Assert.False(parity.HasExited);
            parity.Kill();
        }

        CommandResult last = ParityProcess.Run(folder.Root, [.. sweep, "--log", "killed", "--resume"]);

        Assert.Equal((0, expected), (last.ExitCode, last.Output));
        Assert.Equal(Runs("whole"), Runs("killed"));
        Match steps = Regex.Match(last.Error, @"^killed.checkpoint: continues [12] runs?; (\d+) steps are already done");
        Assert.InRange(long.Parse(steps.Groups[1].Value, CultureInfo.InvariantCulture), 1, Runs("whole").Sum(run => run.Steps));
        Assert.Equal(["killed", "whole"], folder.Files.Order());
    }

    [Fact]
    public void Interrupted_it_keeps_what_is_finished_and_says_how_to_go_on()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] sweep = ["sweep", "--device", "cpu", "--n", "12", "--width", "20", "--seeds", "100000000", "--log", "log"];
        long length = 0;
        for (int session = 0; session < 2; session++)
        {
            using ParityProcess parity = ParityProcess.Start(folder.Root, sweep);
            parity.WaitUntilLonger(folder["log"], length + 1000);

            CommandResult second = ParityProcess.Run(folder.Root, session == 0 ? [.. sweep, "--resume"] : sweep);
            Assert.Equal((75, "--log log: another process is writing it; must be a log that no other process writes\n"), (second.ExitCode, second.Error));
            Assert.Equal(0, ParityProcess.Run(folder.Root, "summary", "log").ExitCode);

            parity.Interrupt();
            CommandResult result = parity.Wait();

            Assert.Equal((130, ""), (result.ExitCode, result.Output));
            string advice = result.Error.TrimEnd().Split('\n')[^1];
            string command = advice[(advice.IndexOf("parity sweep", StringComparison.Ordinal) + "parity ".Length)..];
            Assert.Equal("sweep --resume log --device cpu", command);
            length = new FileInfo(folder["log"]).Length;
            Assert.NotEmpty(Runs("log"));
            sweep = command.Split(' ');
        }
    }

    [Fact]
    public void A_full_disk_costs_no_finished_run()
    {
        // A limit on the size of files stands in for a full disk; the runtime's own mapping of code would meet it too.
        if (!OperatingSystem.IsLinux())
            return;

        CommandResult result = ParityProcess.RunShell(
            folder.Root,
            "ulimit -f 64; trap '' XFSZ; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$1\" sweep --device cpu --n 12 --width 20 "
            + "--seeds 100000 --quiet --log log");

        Assert.Equal((75, ""), (result.ExitCode, result.Output));
        string line = Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.StartsWith("log: ", line, StringComparison.Ordinal);
        Assert.Contains("parity sweep --resume log --device cpu", line, StringComparison.Ordinal);
        using RunLogReader reader = RunLogReader.Open(folder["log"]);
        Assert.NotEmpty(Logs.SmallLog.ReadRuns(reader));
        Assert.InRange(new FileInfo(folder["log"]).Length - reader.Offset, 0, 100);
    }

    /// <summary>The runs of a whole log, none of them twice, in the order of (point, seed).</summary>
    private List<(int Point, long Seed, long Steps)> Runs(string name)
    {
        var runs = new List<(int Point, long Seed, long Steps)>();
        using RunLogReader reader = RunLogReader.Open(folder[name]);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                runs.Add((reader.Run.Point, reader.Run.Seed, reader.Run.Steps));
        }

        Assert.False(reader.IsTorn);
        Assert.Equal(runs.Count, runs.DistinctBy(run => (run.Point, run.Seed)).Count());
        runs.Sort();
        return runs;
    }
}
