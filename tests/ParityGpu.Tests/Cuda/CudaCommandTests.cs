using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>The commands on CUDA devices, in processes of their own: the CPU's records, whatever the driver's compiler and scheduler do.</summary>
public sealed class CudaCommandTests : IDisposable
{
    private static readonly string[] Sweep =
    [
        "sweep", "--n", "8", "--k", "2", "--width", "5,33", "--batch", "24", "--loss", "hinge,logistic", "--seeds", "3", "--max-steps", "40",
        "--test-samples", "100", "--curve", "7", "--quiet", "--format", "json",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [CudaProcessFact]
    public void Devices_lists_what_the_driver_has()
    {
        using JsonDocument json = JsonDocument.Parse(Run([("DEVICES", "2")], "devices", "--format", "json").Output);

        string[] usable =
        [
            .. json.RootElement.EnumerateArray().Where(device => device.GetProperty("usable").GetBoolean())
                .Select(device => device.GetProperty("name").GetString()!),
        ];
        Assert.Contains("cuda:0", usable);
        Assert.Contains("cuda:1", usable);
    }

    [CudaProcessTheory]
    [InlineData("auto", "2")]
    [InlineData("all", "1")]
    [InlineData("cuda:0,cuda:1,cpu", "3")]
    public void A_sweep_has_the_cpu_s_records_and_curves(string device, string order)
    {
        Run([], [.. Sweep, "--device", "cpu", "--log", "cpu"]);
        Run([("DEVICES", "2"), ("ORDER", order), ("CONTRACT", "1")], [.. Sweep, "--device", device, "--log", "cuda"]);

        Assert.Equal(Runs("cpu"), Runs("cuda"));
    }

    [CudaProcessFact]
    public void Train_prints_the_cpu_s_curve()
    {
        string[] train =
        [
            "train", "--n", "6", "--k", "2", "--width", "9", "--optimizer", "adam", "--lr", "0.02", "--max-steps", "30", "--test-samples", "64",
            "--curve-gap", "true", "--seed", "5", "--format", "csv",
        ];

        Assert.Equal(Run([], [.. train, "--device", "cpu"]).Output, Run([("FILL", "0")], [.. train, "--device", "cuda"]).Output);
    }

    [CudaProcessTheory]
    [InlineData("cuda")]
    [InlineData("cpu")]
    public void Killed_in_the_middle_a_sweep_goes_on_there_or_on_the_cpu(string device)
    {
        string[] sweep =
        [
            "sweep", "--n", "10", "--k", "2", "--width", "20", "--batch", "32", "--lr", "0.05", "--seeds", "300", "--max-steps", "400",
            "--test-samples", "256", "--checkpoint", "0.05", "--quiet", "--format", "json",
        ];
        Run([], [.. sweep, "--device", "cpu", "--log", "cpu"]);
        using (ParityProcess parity = ParityProcess.Start(
            folder.Root, CudaProcess.Environments(), [.. sweep, "--device", "cuda", "--log", "cuda"]))
        {
            parity.WaitUntilLonger(folder["cuda"], 2000);
            Assert.False(parity.HasExited);
            parity.Kill();
        }

        Run([], [.. sweep, "--device", device, "--log", "cuda", "--resume"]);

        Assert.Equal(Runs("cpu"), Runs("cuda"));
    }

    [CudaProcessFact]
    public void A_hundred_random_sweeps_have_the_cpu_s_records_and_curves()
    {
        // The benchmarks are built beside the tests, in the same configuration.
        string output = AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "ParityGpu.Tests"), Path.Combine("bench", "ParityGpu.Bench"), StringComparison.Ordinal);
        CommandResult result = ParityProcess.RunProgram(
            Path.Combine(output, "ParityGpu.Bench.dll"),
            folder.Root,
            CudaProcess.Environments(("CONTRACT", "1"), ("ORDER", "2")),
            "random-specs", "--device", "cuda", "--seed", "2", "--count", "100");

        Assert.Contains("100 sweeps", result.Output, StringComparison.Ordinal);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [CudaProcessFact]
    public void Bench_measures_a_shape()
    {
        CommandResult result = Run([], "bench", "--device", "cuda", "--shape", "10,2,20,32", "--seconds", "0.1", "--format", "json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.True(Assert.Single(json.RootElement.EnumerateArray()).GetProperty("seedStepsPerSecond").GetDouble() > 0);
    }

    private CommandResult Run((string Name, string Value)[] settings, params string[] args) =>
        CudaProcess.RunWell(folder.Root, settings, args);

    /// <summary>The runs of a log with their curves, by point and seed.</summary>
    private string[] Runs(string log)
    {
        var runs = new List<(RunRecord Record, string Text)>();
        using RunLogReader reader = RunLogReader.Open(folder[log]);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                runs.Add((reader.Run, $"{reader.Run} {string.Join(' ', reader.Curve?.Points ?? [])}"));
        }

        Assert.False(reader.IsTorn);
        Assert.NotEmpty(runs);
        return [.. runs.OrderBy(run => run.Record.Point).ThenBy(run => run.Record.Seed).Select(run => run.Text)];
    }
}
