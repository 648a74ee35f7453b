using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Weights;

/// <summary>Keeps the parameters of every finished run in a folder, a file a run, before the run is passed on to the log.</summary>
/// <param name="folder">The folder; it is there.</param>
/// <param name="spec">The sweep.</param>
/// <param name="log">Where the runs go on to.</param>
public sealed class WeightsFolder(string folder, SweepSpec spec, IRunSink log) : IRunSink
{
    private readonly Point[] points = [.. spec.Points()];

    /// <summary>A run's file in the folder.</summary>
    public static string FileOf(int point, long seed) => $"point-{point}-seed-{seed}.npz";

    public void Write(ReadOnlySpan<FinishedRun> runs)
    {
        foreach (ref readonly FinishedRun run in runs)
        {
            string path = Path.Combine(folder, FileOf(run.Record.Point, run.Record.Seed));
            using (var file = new FileStream(path + ".part", FileMode.Create, FileAccess.ReadWrite))
            {
                WeightsFile.Write(file, spec, points[run.Record.Point], run);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".part", path, overwrite: true);
        }

        log.Write(runs);
    }

    public void WriteInFlight(IReadOnlyList<RunUnderWay> runs) => log.WriteInFlight(runs);
}
