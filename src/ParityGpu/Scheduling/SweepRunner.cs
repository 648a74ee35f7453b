using System.Diagnostics;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Receives finished runs.</summary>
public interface IRunSink
{
    /// <summary>Stores runs; they must survive the death of the process once this returns.</summary>
    void Write(ReadOnlySpan<FinishedRun> runs);
}

/// <summary>Trains every run of a sweep on one device.</summary>
public static class SweepRunner
{
    /// <summary>
    /// Trains all runs that are not done yet, writing records as runs finish (in the order they finish).
    /// </summary>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="done">Runs of the sweep that are already recorded.</param>
    /// <param name="sink">Receives the finished runs, a launch at a time.</param>
    /// <param name="progress">Called after each launch, and once where nothing is left to train.</param>
    /// <param name="cancellation">Stops after the current launch; everything finished is in the sink.</param>
    /// <param name="measured">Told every point of a curve (index of the run's point, its seed) as soon as there is one.</param>
    /// <param name="shard">The part of the sweep to train; null for all of it.</param>
    /// <exception cref="OperationCanceledException">The sweep was cancelled before its end.</exception>
    public static void Run(
        SweepSpec spec,
        Device device,
        RunSet done,
        IRunSink sink,
        Action<SweepProgress> progress,
        CancellationToken cancellation,
        Action<int, long, CurvePoint>? measured = null,
        Shard? shard = null)
    {
        Point[] points = [.. spec.Points()];
        var own = new ShardRuns(spec, shard ?? Shard.Whole);
        var meter = new SpeedMeter(own.Count, points.Index().Sum(entry => Cost(entry.Item) * own.CountOf(entry.Index)));
        foreach (var (point, count) in done.Counts())
            meter.Skip(count, Cost(points[point]));

        if (done.Count == own.Count)
            progress(meter.Read());

        var shapes = points.Index().GroupBy(entry => BankShape.KeyOf(entry.Item));
        foreach (var group in shapes)
        {
            int[] members = [.. group.Select(entry => entry.Index)];
            TrainShape(BankShape.Covering([.. group.Select(entry => entry.Item)]), members, cancellation);
        }

        void TrainShape(BankShape shape, int[] members, CancellationToken stop)
        {
            using var pending = Pending(members).GetEnumerator();
            if (!pending.MoveNext())
                return;

            int slots = SlotBank.SuitableSlots(device, shape, members.Sum(own.CountOf));
            using var bank = new SlotBank(device, shape, slots);
            var runs = new (int Point, long Seed)?[slots];
            CurveRecorder? curves = spec.Curve == CurveSteps.None ? null : new CurveRecorder(bank, spec.Curve, spec.CurveGap);
            var finished = new List<FinishedRun>(slots);
            var stepsBefore = new long[slots];
            var chunk = new ChunkLength(finishedRunsIdle: !device.IsCpu);
            bool more = true;
            int active = 0;
            for (int slot = 0; slot < slots; slot++)
                Refill(slot);

            while (active > 0)
            {
                stop.ThrowIfCancellationRequested();
                int steps = curves?.LaunchSteps(chunk.Steps) ?? chunk.Steps;
                TimeSpan elapsed = bank.Launch(steps);
                // A launch that was cut short for a curve says nothing about the length of whole ones.
                if (steps == chunk.Steps)
                    chunk.Launched(elapsed);

                curves?.Measure(slot => points[runs[slot]!.Value.Point], (slot, curvePoint) =>
                    measured?.Invoke(runs[slot]!.Value.Point, runs[slot]!.Value.Seed, curvePoint));
                Collect();
                sink.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(finished));
                finished.Clear();
                progress(meter.Read());
            }

            void Refill(int slot)
            {
                stepsBefore[slot] = 0;
                if (!more)
                {
                    runs[slot] = null;
                    bank.Clear(slot);
                    return;
                }

                var run = pending.Current;
                runs[slot] = run;
                bank.Load(slot, points[run.Point], run.Seed);
                curves?.Start(slot);
                active++;
                more = pending.MoveNext();
            }

            void Collect()
            {
                for (int slot = 0; slot < slots; slot++)
                {
                    if (runs[slot] is not { } run)
                        continue;

                    var state = bank.States[slot];
                    meter.Stepped(state.Steps - stepsBefore[slot]);
                    stepsBefore[slot] = state.Steps;
                    if ((RunPhase)state.Phase is not (RunPhase.Solved or RunPhase.Budget or RunPhase.Diverged))
                        continue;

                    var record = Record(run.Point, run.Seed, points[run.Point], state);
                    finished.Add(new FinishedRun(record, curves?.End(slot)));
                    meter.Finished(record, Cost(points[run.Point]));
                    chunk.RunFinished(record.Steps);
                    active--;
                    Refill(slot);
                }
            }
        }

        // Seeds vary slowest: a sweep that is stopped early has every point of the shape to about the same seed.
        IEnumerable<(int Point, long Seed)> Pending(int[] members)
        {
            for (long index = 0; index < spec.Seeds; index++)
            {
                long seed = spec.FirstSeed + index;
                foreach (int point in members)
                {
                    if (own.Contains(point, seed) && !done.Contains(point, seed))
                        yield return (point, seed);
                }
            }
        }
    }

    private static RunRecord Record(int index, long seed, Point point, in RunState state) => (RunPhase)state.Phase switch
    {
        RunPhase.Solved => new(index, seed, Outcome.Solved, state.Steps, Accuracy(point, state)),
        RunPhase.Diverged => new(index, seed, Outcome.Diverged, state.Steps, double.NaN),
        _ => new(index, seed, Outcome.Budget, state.Steps, Accuracy(point, state)),
    };

    private static double Accuracy(Point point, in RunState state) => 1 - ((double)state.HeldOutErrors / point.TestSamples);

    /// <summary>
    /// Relative cost of a run, for the time left: a step's arithmetic and, for small networks, what a step costs anyway.
    /// How many steps it will take is not known, so all runs count alike.
    /// </summary>
    private static double Cost(Point point) => ((double)point.N * point.Width * point.Batch) + 10_000;

    /// <summary>Counts runs and steps and turns them into speed and time left.</summary>
    private sealed class SpeedMeter(long runs, double cost)
    {
        private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

        private readonly long start = Stopwatch.GetTimestamp();
        private readonly Queue<(TimeSpan Time, long Steps)> recent = new([(TimeSpan.Zero, 0)]);
        private long skipped;
        private long done;
        private long solved;
        private long steps;
        private double costSkipped;
        private double costDone;

        public void Skip(long count, double runCost)
        {
            skipped += count;
            costSkipped += count * runCost;
        }

        public void Stepped(long count) => steps += count;

        public void Finished(in RunRecord record, double runCost)
        {
            done++;
            costDone += runCost;
            if (record.Outcome == Outcome.Solved)
                solved++;
        }

        public SweepProgress Read()
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            recent.Enqueue((elapsed, steps));
            while (recent.Count > 2 && elapsed - recent.Peek().Time > Window)
                recent.Dequeue();

            var (time, before) = recent.Peek();
            double speed = (steps - before) / (elapsed - time).TotalSeconds;
            double costLeft = Math.Max(0, cost - costSkipped - costDone);
            double seconds = skipped + done == runs ? 0 : elapsed.TotalSeconds * costLeft / costDone;
            TimeSpan? remaining = done > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
            return new SweepProgress(runs, skipped + done, solved, steps, elapsed, speed, remaining);
        }
    }
}
