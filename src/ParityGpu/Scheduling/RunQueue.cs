namespace ParityGpu.Scheduling;

/// <summary>
/// The runs of a sweep that no worker trains at the moment. Workers take what they can, and give some of their runs to a worker that has run out. The
/// queue starts without workers.
/// </summary>
/// <param name="shapes">The pending runs.</param>
/// <param name="stop">Ends all waits.</param>
internal sealed class RunQueue(IReadOnlyList<PendingShape> shapes, CancellationToken stop)
{
    /// <summary>How much faster another worker must be for a run to move there from a worker that has only this run.</summary>
    private const double WorthMoving = 2;

    private readonly object gate = new();
    private readonly HashSet<DeviceWorker> workers = [];
    private readonly HashSet<DeviceWorker> waiting = [];

    /// <summary>Workers whose threads another one has taken over.</summary>
    private readonly HashSet<DeviceWorker> retired = [];

    /// <summary>
    /// Workers that gave runs which no other worker has taken yet; otherwise they would take them back before the other one wakes up.
    /// </summary>
    private readonly HashSet<DeviceWorker> givers = [];

    /// <summary>Shapes before this one have no pending runs.</summary>
    private int first;

    /// <summary>Runs that are being trained.</summary>
    private long taken;

    /// <summary>Whether every run has been recorded.</summary>
    public bool IsFinished
    {
        get
        {
            lock (gate)
                return taken == 0 && !AnyPending();
        }
    }

    /// <summary>Adds workers, before they request anything.</summary>
    public void Join(IEnumerable<DeviceWorker> joining)
    {
        lock (gate)
            workers.UnionWith(joining);
    }

    /// <summary>
    /// Removes a worker whose device has failed.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="unfinished">The runs that it had.</param>
    /// <exception cref="UserErrorException">No other worker can train some of the runs that are left.</exception>
    public void Leave(DeviceWorker worker, IEnumerable<(PendingShape Shape, PendingRun Run)> unfinished)
    {
        lock (gate)
        {
            workers.Remove(worker);
            givers.Clear();
            foreach (var (shape, run) in unfinished)
                PutBack(shape, run);

            Monitor.PulseAll(gate);
            if (workers.Count > 0)
            {
                foreach (PendingShape shape in shapes.Skip(first).Where(shape => shape.Any))
                    CheckRefusals(shape);
            }
        }
    }

    /// <summary>
    /// Finds a shape with pending runs.
    /// </summary>
    /// <param name="worker">The worker that wants to train them.</param>
    /// <param name="open">Shapes that it already trains.</param>
    /// <param name="wait">
    /// Whether to wait until there is one; null means then that all runs have been recorded, or that another worker has taken over the device's threads.
    /// </param>
    /// <exception cref="OperationCanceledException">The sweep is over.</exception>
    public PendingShape? Next(DeviceWorker worker, IReadOnlyCollection<PendingShape> open, bool wait)
    {
        lock (gate)
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                // A worker that waits has nothing else to do.
                if (wait)
                    givers.Remove(worker);

                if (retired.Contains(worker))
                    return null;

                if (Find(worker, open) is { } shape)
                    return shape;

                if (!wait || (taken == 0 && !AnyPending()))
                    return null;

                waiting.Add(worker);
                Monitor.Wait(gate);
                waiting.Remove(worker);
            }
        }
    }

    /// <summary>Upper bound of the number of a shape's pending runs.</summary>
    public long PendingAtMost(PendingShape shape)
    {
        lock (gate)
            return shape.AtMost;
    }

    /// <summary>Takes a run; a worker that has just given some gets none until another worker has taken one.</summary>
    public bool TryTake(DeviceWorker worker, PendingShape shape, out PendingRun run)
    {
        lock (gate)
        {
            run = default;
            if (givers.Contains(worker) || !shape.TryTake(out run))
                return false;

            givers.Clear();
            taken++;
            return true;
        }
    }

    /// <summary>
    /// Takes the threads of workers that wait for runs while none is pending: a worker's share of those in its device's pool. The workers that had them
    /// retire.
    /// </summary>
    /// <returns>Threads.</returns>
    public int TakeThreads(DeviceWorker worker)
    {
        lock (gate)
        {
            if (AnyPending())
                return 0;

            DeviceWorker[] idle = [.. waiting.Where(other => other.Device.Pool == worker.Device.Pool)];
            int working = workers.Count(other => other.Device.Pool == worker.Device.Pool) - idle.Length;
            int threads = idle.Sum(other => other.Device.Threads);
            int share = (threads + working - 1) / working;
            int taken = 0;
            foreach (DeviceWorker other in idle)
            {
                if (taken >= share)
                    break;

                taken += other.Device.Threads;
                workers.Remove(other);
                waiting.Remove(other);
                retired.Add(other);
            }

            if (taken > 0)
                Monitor.PulseAll(gate);

            return taken;
        }
    }

    /// <summary>Makes a worker's runs pending again, which it takes next.</summary>
    public void Return(PendingShape shape, IEnumerable<PendingRun> runs)
    {
        lock (gate)
        {
            foreach (PendingRun run in runs)
                PutBack(shape, run);
        }
    }

    /// <summary>Gives runs to waiting workers.</summary>
    public void Give(DeviceWorker worker, PendingShape shape, IEnumerable<PendingRun> runs)
    {
        lock (gate)
        {
            givers.Add(worker);
            Return(shape, runs);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Notes that runs have been recorded.</summary>
    public void Recorded(int runs)
    {
        if (runs == 0)
            return;

        lock (gate)
        {
            taken -= runs;
            if (taken == 0)
                Monitor.PulseAll(gate);
        }
    }

    /// <summary>
    /// Notes that a worker cannot train a shape.
    /// </summary>
    /// <exception cref="UserErrorException">No worker can.</exception>
    public void Refuse(DeviceWorker worker, PendingShape shape, UserErrorException reason)
    {
        lock (gate)
        {
            givers.Clear();
            shape.Refusals[worker] = reason;
            CheckRefusals(shape);
        }
    }

    /// <summary>
    /// How many of its runs a worker should return for a worker that has none: half of them, or its only one if it is slow.
    /// </summary>
    /// <param name="shape">A shape it trains.</param>
    /// <param name="runs">The runs of that shape that it has.</param>
    /// <param name="speed">How fast each of them advances (<see cref="DeviceWorker.LoneSpeed"/>).</param>
    public int ToGive(PendingShape shape, int runs, double speed)
    {
        lock (gate)
        {
            if (waiting.Count == 0 || runs == 0 || AnyPending())
                return 0;

            // A worker that has trained nothing yet may be fast, but that is too uncertain to give it another's only run.
            var able = waiting.Where(worker => !shape.Refusals.ContainsKey(worker));
            return runs > 1
                ? able.Any(worker => worker.LoneSpeed is null || worker.LoneSpeed >= speed) ? runs / 2 : 0
                : able.Any(worker => worker.LoneSpeed > WorthMoving * speed) ? 1 : 0;
        }
    }

    /// <summary>Wakes all waiting workers so that they see that the sweep is over.</summary>
    public void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    private bool AnyPending()
    {
        while (first < shapes.Count && !shapes[first].Any)
            first++;

        return first < shapes.Count;
    }

    private PendingShape? Find(DeviceWorker worker, IReadOnlyCollection<PendingShape> open)
    {
        if (!AnyPending())
            return null;

        for (int index = first; index < shapes.Count; index++)
        {
            PendingShape shape = shapes[index];
            if (!open.Contains(shape) && !shape.Refusals.ContainsKey(worker) && shape.Any)
                return shape;
        }

        return null;
    }

    private void PutBack(PendingShape shape, in PendingRun run)
    {
        shape.Return(run);
        first = Math.Min(first, shape.Index);
        taken--;
    }

    private void CheckRefusals(PendingShape shape)
    {
        if (workers.All(shape.Refusals.ContainsKey))
            throw shape.Refusals.Values.Last();
    }
}
