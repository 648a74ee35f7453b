using BenchmarkDotNet.Attributes;
using ParityGpu.Logs;
using ParityGpu.Specs;

namespace ParityGpu.Bench;

/// <summary>A log of 10,000 runs, written in launches of 1,000 and read again.</summary>
public class LogBenchmarks
{
    private const int Runs = 10_000;
    private const int RunsPerLaunch = 1_000;

    private static readonly SweepSpec Spec = new() { Width = [100], Seeds = Runs };

    private readonly FinishedRun[] runs =
        [.. Enumerable.Range(0, Runs).Select(seed => new FinishedRun(new RunRecord(0, seed, Outcome.Solved, 100 + (seed % 200), 1)))];

    private DirectoryInfo folder = null!;
    private string written = null!;

    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("parity-bench-");
        Write();
        written = Path.Combine(folder.FullName, "read");
        File.Move(Log, written);
    }

    [GlobalCleanup]
    public void Cleanup() => folder.Delete(recursive: true);

    /// <summary>Every invocation writes a log of its own; the disk is asked to keep it twice.</summary>
    [Benchmark(OperationsPerInvoke = Runs)]
    public void Write()
    {
        File.Delete(Log);
        using var writer = RunLogWriter.Create(Log, Spec);
        writer.Start("benchmark");
        for (int first = 0; first < Runs; first += RunsPerLaunch)
            writer.Write(runs.AsSpan(first, RunsPerLaunch));
    }

    [Benchmark(OperationsPerInvoke = Runs)]
    public long Read()
    {
        long steps = 0;
        using var reader = RunLogReader.Open(written);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                steps += reader.Run.Steps;
        }

        return steps;
    }

    private string Log => Path.Combine(folder.FullName, "log");
}
