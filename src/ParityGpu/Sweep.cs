using ParityGpu.Logs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu;

/// <summary>How a sweep is trained; the <see cref="SweepSpec"/> says what is trained.</summary>
public sealed record SweepOptions
{
    /// <summary>
    /// Where to train: auto, all, cpu, opencl[:i] or cuda[:i], as <c>parity devices</c> lists them, or several separated by commas.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the CPU, from 1; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The part of the sweep to train.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>
    /// Maximum training time that a crash may cost a long run of a sweep with a log:
    /// states are kept beside the log at this interval; null keeps none.
    /// </summary>
    public TimeSpan? Checkpoint { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Receives a line when a device is lost or a checkpoint is unusable.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}

/// <summary>A run of a log.</summary>
/// <param name="Point">Its settings.</param>
/// <param name="Record">How it ended.</param>
/// <param name="Curve">Its curve, if the sweep has curves.</param>
public sealed record LoggedRun(Point Point, RunRecord Record, RunCurve? Curve);

/// <summary>The library's entry point: trains a sweep into a log, and reads logs (README.md).</summary>
public static class Sweep
{
    /// <summary>
    /// Trains every run of a sweep that its log does not contain yet. The log is created if there is none, so the same call starts a sweep and
    /// continues it, and a call with more seeds or values extends it.
    /// </summary>
    /// <param name="spec">The sweep: the log's, or a larger one.</param>
    /// <param name="log">Its log; one process at a time can write it.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Called after each launch, about ten times a second, from one thread at a time.</param>
    /// <param name="cancellation">Stops after the current launch.</param>
    /// <exception cref="UserErrorException">
    /// A setting is wrong, there is no such device, or the log belongs to another sweep or cannot be written. The message names settings as on the
    /// command line.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled; finished runs are in the log.</exception>
    /// <exception cref="DeviceFailedException">All devices have failed; finished runs are in the log.</exception>
    /// <exception cref="LogLostException">The log was moved, removed or replaced meanwhile; the message says where its runs are.</exception>
    /// <exception cref="LogBusyException">Another process is writing the log.</exception>
    /// <exception cref="IOException">The disk is full or gone; finished runs are in the log.</exception>
    public static void Run(
        SweepSpec spec,
        string log,
        SweepOptions? options = null,
        Action<SweepProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new SweepOptions();
        SpecValidation.Validate(spec);
        using RunLogWriter writer = RunLogWriter.Resume(log, spec, options.Shard);
        long left = new ShardRuns(spec, options.Shard).CountWithout(writer.Done);
        if (writer.IsWhole && left == 0)
            return;

        using var devices = new SweepDevices(options.Device, options.Threads, options.Warn, left);
        writer.Start(devices.Names);
        foreach (string note in writer.Notes)
            options.Warn(note);

        var file = new CheckpointFile(CheckpointFile.Beside(log), spec);
        var plan = new CheckpointPlan(file, options.Checkpoint ?? TimeSpan.MaxValue, file.ReadUnfinished(writer.Done, options.Warn));
        try
        {
            Train(spec, devices, writer, (writer.Done, writer.DoneSolved), options, progress, plan, cancellation);
            writer.Complete();
        }
        catch (UserErrorException)
        {
            writer.Discard();
            throw;
        }
    }

    /// <summary>
    /// Trains every run of a sweep and keeps no log.
    /// </summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="sink">Receives the finished runs, a launch at a time, from one thread at a time.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Called after each launch, about ten times a second, from one thread at a time.</param>
    /// <param name="cancellation">Stops after the current launch.</param>
    /// <exception cref="UserErrorException">A setting is wrong, or there is no such device.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the sink has the finished runs.</exception>
    public static void Run(
        SweepSpec spec,
        IRunSink sink,
        SweepOptions? options = null,
        Action<SweepProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new SweepOptions();
        SpecValidation.Validate(spec);
        long runs = new ShardRuns(spec, options.Shard).Count;
        using var devices = new SweepDevices(options.Device, options.Threads, options.Warn, runs);
        Train(spec, devices, sink, (new RunSet(), 0), options, progress, checkpoint: null, cancellation);
    }

    /// <summary>
    /// The runs of a log, read lazily: memory does not depend on the log's length. The log may still be written to; a torn end is ignored.
    /// </summary>
    /// <param name="log">A log of a sweep, or several joined; a pipe, or - for the standard input.</param>
    /// <exception cref="UserErrorException">While reading: the file is not a log, or is damaged.</exception>
    public static IEnumerable<LoggedRun> ReadRuns(string log)
    {
        using RunLogReader reader = RunLogReader.Open(log);
        while (reader.Read())
        {
            if (reader.Kind == LogMessageKind.Run)
                yield return new LoggedRun(reader.Points[reader.Run.Point], reader.Run, reader.Curve);
        }
    }

    private static void Train(
        SweepSpec spec,
        SweepDevices devices,
        IRunSink sink,
        (RunSet Runs, long Solved) done,
        SweepOptions options,
        Action<SweepProgress>? progress,
        CheckpointPlan? checkpoint,
        CancellationToken cancellation) => new SweepRunner
        {
            Spec = spec,
            Devices = devices.Banks,
            Sink = sink,
            Done = done.Runs,
            DoneSolved = done.Solved,
            Shard = options.Shard,
            Progress = progress ?? (_ => { }),
            Warn = options.Warn,
            Checkpoint = checkpoint,
        }.Run(cancellation);
}
