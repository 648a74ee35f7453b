using System.Diagnostics;
using ParityGpu.Banks;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Receives finished runs.</summary>
public interface IRunSink
{
    /// <summary>Stores runs; once this returns, they must survive a crash of the process.</summary>
    void Write(ReadOnlySpan<FinishedRun> runs);

    /// <summary>Stores the parameters of a run under way.</summary>
    void WriteParameters(RunAtStep run)
    {
    }

    /// <summary>
    /// Stores which runs are in flight at the time when all runs written so far have ended; called from time to time and at a stop.
    /// </summary>
    void WriteInFlight(IReadOnlyList<RunUnderWay> runs)
    {
    }
}

/// <summary>The only place where the results of all workers meet, one worker at a time.</summary>
/// <param name="sink">Receives the finished runs.</param>
/// <param name="meter">Speed meter that knows what was done before.</param>
/// <param name="progress">Called after every launch.</param>
/// <param name="measured">Receives every point of a curve.</param>
/// <param name="warn">Receives warnings for the user.</param>
internal sealed class RunCollector(
    IRunSink sink,
    SpeedMeter meter,
    Action<SweepProgress> progress,
    Action<int, long, CurvePoint>? measured,
    Action<string> warn)
{
    /// <summary>
    /// Minimum number of seconds between messages about runs in flight; otherwise a tenth
    /// of the time so far, so that a long sweep has a hundred or so.
    /// </summary>
    private const double LeastSeconds = 1;
    private const double PartOfSession = 0.1;

    /// <summary>
    /// Number of runs that may end between two messages, or four times those in flight: a reader holds the runs since the last message. For very
    /// short runs, those of a tenth of a second.
    /// </summary>
    private const long MostSince = 10_000;
    private const double LeastSecondsOfMany = 0.1;

    private readonly Lock gate = new();
    private readonly Stopwatch session = Stopwatch.StartNew();

    /// <summary>The runs that each worker had in flight after its last launch.</summary>
    private readonly Dictionary<DeviceWorker, List<RunUnderWay>> inFlight = [];
    private double told;
    private long since;

    private IEnumerable<RunUnderWay> InFlight => inFlight.Values.SelectMany(runs => runs);

    /// <summary>Stores the results of a launch.</summary>
    public void Collect(DeviceWorker worker, string device, LaunchResults results)
    {
        lock (gate)
        {
            foreach (RunAtStep run in results.Measured)
            {
                measured?.Invoke(run.Point, run.Seed, run.At);
                if (run.Parameters is not null)
                    sink.WriteParameters(run);
            }

            meter.Launched(device, results);
            foreach (ref readonly FinishedRun run in Span(results.Finished))
                meter.Finished(run.Record);

            sink.Write(Span(results.Finished));
            results.InFlight = Exchange(worker, results.InFlight);
            since += results.Finished.Count;
            double now = session.Elapsed.TotalSeconds;
            bool many = since > Math.Max(MostSince, 4L * inFlight.Values.Sum(runs => runs.Count));
            if (now - told > (many ? LeastSecondsOfMany : Math.Max(LeastSeconds, PartOfSession * now)))
                TellInFlight(now);

            progress(meter.Read(InFlight));
        }
    }

    /// <summary>Stores which runs are in flight at the end of the session: none if the sweep is finished.</summary>
    public void Close(bool finished)
    {
        lock (gate)
        {
            if (finished)
                inFlight.Clear();

            TellInFlight(session.Elapsed.TotalSeconds);
        }
    }

    /// <summary>Passes a warning on.</summary>
    public void Warn(string line)
    {
        lock (gate)
            warn(line);
    }

    private void TellInFlight(double now)
    {
        told = now;
        since = 0;
        sink.WriteInFlight([.. InFlight]);
    }

    /// <summary>Keeps a worker's list and returns its last one for further use.</summary>
    private List<RunUnderWay> Exchange(DeviceWorker worker, List<RunUnderWay> runs)
    {
        List<RunUnderWay> last = inFlight.GetValueOrDefault(worker, []);
        inFlight[worker] = runs;
        return last;
    }

    private static ReadOnlySpan<FinishedRun> Span(List<FinishedRun> runs) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(runs);
}
