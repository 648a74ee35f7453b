using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Weights;

/// <summary>
/// Keeps the parameters of runs in a folder: one file per finished run, before the run is
/// passed on to the log, and one file per step of a run under way.
/// </summary>
/// <param name="folder">The folder, which must exist.</param>
/// <param name="spec">The sweep.</param>
/// <param name="log">The sink to which runs are passed on.</param>
public sealed class WeightsFolder(string folder, SweepSpec spec, IRunSink log) : IRunSink
{
    private readonly Point[] points = [.. spec.Points()];

    /// <summary>A finished run's file in the folder.</summary>
    public static string FileOf(int point, long seed) => $"point-{point}-seed-{seed}.npz";

    /// <summary>The file of a run under way.</summary>
    public static string FileOf(int point, long seed, long step) => $"point-{point}-seed-{seed}-step-{step}.npz";

    public void Write(ReadOnlySpan<FinishedRun> runs)
    {
        foreach (FinishedRun run in runs)
            WriteFile(FileOf(run.Record.Point, run.Record.Seed), file => WeightsFile.Write(file, spec, points[run.Record.Point], run));

        log.Write(runs);
    }

    public void WriteParameters(RunAtStep run) =>
        WriteFile(FileOf(run.Point, run.Seed, run.At.Step), file => WeightsFile.Write(file, spec, points[run.Point], run));

    public void WriteInFlight(IReadOnlyList<RunUnderWay> runs) => log.WriteInFlight(runs);

    private void WriteFile(string name, Action<FileStream> write)
    {
        string path = Path.Combine(folder, name);
        WholeFile.Write(path, path + ".part", write);
    }
}
