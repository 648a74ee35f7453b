using ParityGpu.Banks;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Receives finished runs.</summary>
public interface IRunSink
{
    /// <summary>Stores runs; they must survive the death of the process once this returns.</summary>
    void Write(ReadOnlySpan<FinishedRun> runs);
}

/// <summary>The one place where results of all workers come together, one worker at a time.</summary>
/// <param name="sink">Receives the finished runs.</param>
/// <param name="meter">Knows what was done before.</param>
/// <param name="progress">Told after every launch.</param>
/// <param name="measured">Told every point of a curve.</param>
/// <param name="warn">Told what the user should know.</param>
internal sealed class RunCollector(
    IRunSink sink,
    SpeedMeter meter,
    Action<SweepProgress> progress,
    Action<int, long, CurvePoint>? measured,
    Action<string> warn)
{
    private readonly Lock gate = new();

    /// <summary>Stores the results of a launch.</summary>
    public void Collect(string device, LaunchResults results)
    {
        lock (gate)
        {
            foreach (var (point, seed, at) in results.Measured)
                measured?.Invoke(point, seed, at);

            meter.Launched(device, results);
            foreach (ref readonly FinishedRun run in Span(results.Finished))
                meter.Finished(run.Record);

            sink.Write(Span(results.Finished));
            progress(meter.Read());
        }
    }

    /// <summary>Passes a warning on.</summary>
    public void Warn(string line)
    {
        lock (gate)
            warn(line);
    }

    private static ReadOnlySpan<FinishedRun> Span(List<FinishedRun> runs) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(runs);
}
