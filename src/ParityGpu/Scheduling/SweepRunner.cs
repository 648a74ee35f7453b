using System.Runtime.ExceptionServices;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Trains every run of a sweep on all devices given.</summary>
public sealed class SweepRunner
{
    /// <summary>A validated sweep.</summary>
    public required SweepSpec Spec { get; init; }

    /// <summary>Where to train, each used by one thread; at least one.</summary>
    public required IReadOnlyList<IRunDevice> Devices { get; init; }

    /// <summary>Receives the finished runs of a launch at a time, in the order in which they finish.</summary>
    public required IRunSink Sink { get; init; }

    /// <summary>Runs of the sweep that are already recorded.</summary>
    public RunSet Done { get; init; } = new();

    /// <summary>How many of them were solved.</summary>
    public long DoneSolved { get; init; }

    /// <summary>The part of the sweep to train.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Called after each launch, and once if nothing is left to train.</summary>
    public Action<SweepProgress> Progress { get; init; } = _ => { };

    /// <summary>Receives every point of a curve (index of the run's point, its seed) as soon as it is measured.</summary>
    public Action<int, long, CurvePoint>? Measured { get; init; }

    /// <summary>Receives a line when a device is lost, or the like.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>When runs are reported with their parameters.</summary>
    public KeptParameters Kept { get; init; }

    /// <summary>How long a run must have taken before threads that have run out of runs join it.</summary>
    public TimeSpan LongRun { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Keeps the states of long runs; none unless given.</summary>
    public CheckpointPlan? Checkpoint { get; init; }

    /// <summary>Trains on one device, without checkpoints.</summary>
    /// <inheritdoc cref="Run(CancellationToken)"/>
    public static void Run(
        SweepSpec spec,
        Device device,
        RunSet done,
        IRunSink sink,
        Action<SweepProgress> progress,
        CancellationToken cancellation,
        Action<int, long, CurvePoint>? measured = null,
        Shard? shard = null,
        KeptParameters kept = KeptParameters.Never)
    {
        long runs = new ShardRuns(spec, shard ?? Shard.Whole).CountWithout(done);
        IReadOnlyList<BankDevice> devices = BankDevice.Of(device, runs: runs);
        try
        {
            var runner = new SweepRunner
            {
                Spec = spec,
                Devices = devices,
                Sink = sink,
                Done = done,
                Progress = progress,
                Measured = measured,
                Shard = shard ?? Shard.Whole,
                Kept = kept,
            };
            runner.Run(cancellation);
        }
        finally
        {
            foreach (BankDevice each in devices)
                each.Dispose();
        }
    }

    /// <summary>
    /// Trains all runs that are not done yet. The sink and all callbacks are called by one thread at a time.
    /// </summary>
    /// <param name="cancellation">Stops after the current launches; everything finished is in the sink.</param>
    /// <exception cref="OperationCanceledException">The sweep was cancelled before its end.</exception>
    /// <exception cref="DeviceFailedException">All devices have failed.</exception>
    /// <exception cref="UserErrorException">No device can train some of the runs.</exception>
    public void Run(CancellationToken cancellation)
    {
        Point[] points = [.. Spec.Points()];
        double[] costs = [.. points.Select(RunCost.OfStep)];
        var own = new ShardRuns(Spec, Shard);
        long[] left = [.. points.Select((_, point) => own.CountOf(point))];
        var meter = new SpeedMeter(own.Count, new WorkLeft(points, costs, left, Spec.MaxSteps), Devices.Select(device => device.Name));
        foreach (var (point, count) in Done.Counts())
        {
            meter.Skip(count);
            left[point] -= count;
        }

        meter.SkipSolved(DoneSolved);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queue = new RunQueue(Pending(points, own), stop.Token);
        if (queue.IsFinished)
        {
            Progress(meter.Read([]));
            return;
        }

        using CancellationTokenRegistration waking = stop.Token.Register(queue.Wake);
        var collector = new RunCollector(Sink, meter, Progress, Measured, Warn);
        Checkpointer? checkpoints = Checkpoint is null ? null : new Checkpointer(Checkpoint, collector.Warn);
        DeviceWorker[] workers =
            [.. Devices.Select(device => new DeviceWorker(device, Spec, points, queue, collector, checkpoints, Kept, LongRun))];
        queue.Join(workers);
        (Exception? error, DeviceFailedException? last) = Train(workers, collector, stop);
        checkpoints?.Close(queue.IsFinished);
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);

        collector.Close(queue.IsFinished);

        if (queue.IsFinished)
        {
            if (last is not null)
                collector.Warn($"{last.Message}; every run was trained without it");

            return;
        }

        cancellation.ThrowIfCancellationRequested();
        ExceptionDispatchInfo.Throw(last!);
    }

    /// <summary>Runs all workers, each on a thread of its own.</summary>
    /// <returns>The first exception that is neither a device's failure nor a cancellation; the failure of the last device at work.</returns>
    private static (Exception? Error, DeviceFailedException? Last) Train(DeviceWorker[] workers, RunCollector collector, CancellationTokenSource stop)
    {
        Exception? error = null;
        DeviceFailedException? last = null;
        int working = workers.Length;
        Thread[] threads = [.. workers.Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = "device" })];
        foreach (Thread thread in threads)
            thread.Start();

        foreach (Thread thread in threads)
            thread.Join();

        return (error, last);

        void Work(DeviceWorker worker)
        {
            try
            {
                worker.Run(stop.Token);
                bool others = Interlocked.Decrement(ref working) > 0;
                if (worker.Failure is not { } failure)
                    return;

                if (others)
                    collector.Warn($"{failure.Message}; its unfinished runs go to the other devices");
                else
                    last = failure;
            }
            catch (OperationCanceledException)
            {
                // The caller checks the token.
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref error, e, null);
                stop.Cancel();
            }
        }
    }

    /// <summary>The runs to train, by the shape of their bank.</summary>
    private List<PendingShape> Pending(Point[] points, ShardRuns own)
    {
        var resumed = new Dictionary<(int Point, long Seed), RunSnapshot>();
        foreach (RunSnapshot snapshot in Checkpoint?.Resumed ?? [])
        {
            if (!Done.Contains(snapshot.Point, snapshot.Seed))
                resumed[(snapshot.Point, snapshot.Seed)] = snapshot;
        }

        var shapes = new List<PendingShape>();
        int[] shapeOf = new int[points.Length];
        foreach (var group in Enumerable.Range(0, points.Length).GroupBy(point => BankShape.KeyOf(points[point])))
        {
            int[] members = [.. group];
            foreach (int member in members)
                shapeOf[member] = shapes.Count;

            shapes.Add(new PendingShape(
                shapes.Count,
                Spec,
                points,
                members,
                (point, seed) => own.Contains(point, seed) && !Done.Contains(point, seed) && !resumed.ContainsKey((point, seed))));
        }

        foreach (RunSnapshot snapshot in resumed.Values)
            shapes[shapeOf[snapshot.Point]].Return(new PendingRun(snapshot.Point, snapshot.Seed, snapshot));

        return shapes;
    }
}
