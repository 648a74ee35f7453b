using System.Diagnostics;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>A bank with the runs in its slots: takes runs from the queue, launches, and finds what has ended.</summary>
/// <param name="bank">An empty bank of the shape; this object takes ownership.</param>
/// <param name="shape">The runs to take.</param>
/// <param name="queue">Where to take them.</param>
/// <param name="worker">Who takes them.</param>
/// <param name="spec">The sweep.</param>
/// <param name="points">The points of the sweep.</param>
/// <param name="finishedRunsIdle">Whether a finished run's part of the device idles to the end of its launch.</param>
/// <param name="kept">When runs are reported with their parameters.</param>
internal sealed class BankRuns(
    IRunBank bank, PendingShape shape, RunQueue queue, DeviceWorker worker, SweepSpec spec, Point[] points, bool finishedRunsIdle, KeptParameters kept)
    : IDisposable
{
    private readonly ChunkLength chunk = new(finishedRunsIdle);
    private readonly CurveRecorder? curves = spec.Curve == CurveSteps.None ? null : new CurveRecorder(bank, spec);

    /// <summary>[slots]; null for an empty slot.</summary>
    private readonly PendingRun?[] runs = new PendingRun?[bank.Slots];

    /// <summary>[slots]; steps that have been reported.</summary>
    private readonly long[] reported = new long[bank.Slots];

    /// <summary>[slots]; when the run was loaded; a run that was already under way counts as old.</summary>
    private readonly long[] loaded = new long[bank.Slots];

    private int steps;

    /// <summary>The shape whose runs these are.</summary>
    public PendingShape Shape => shape;

    /// <summary>Runs in the slots.</summary>
    public int Active { get; private set; }

    /// <summary>Work (<see cref="RunCost"/>) per second of all runs in the last launch.</summary>
    public double Speed { get; private set; }

    /// <summary>Fills the empty slots while there are runs.</summary>
    public void Fill()
    {
        for (int slot = 0; slot < runs.Length && Active < runs.Length; slot++)
        {
            if (runs[slot] is not null)
                continue;

            if (!queue.TryTake(worker, shape, out PendingRun run))
                return;

            // Recorded before the device does anything: if it fails, the run is among those to return to the queue.
            runs[slot] = run;
            Active++;
            reported[slot] = run.From?.State.Steps ?? 0;
            loaded[slot] = run.From is null ? Stopwatch.GetTimestamp() : long.MinValue;
            if (run.From is { } snapshot)
                bank.Load(slot, points[run.Point], snapshot);
            else
                bank.Load(slot, points[run.Point], run.Seed);

            curves?.Start(slot, run.From?.Curve ?? CurveSoFar.None);
        }
    }

    /// <summary>Starts a launch.</summary>
    public void Begin()
    {
        steps = curves?.LaunchSteps(chunk.Steps) ?? chunk.Steps;
        bank.Begin(steps);
    }

    /// <summary>Waits for the launch to end and empties the slots of runs that have ended.</summary>
    public void Finish(LaunchResults results)
    {
        TimeSpan elapsed = bank.Finish();

        // A launch that was cut short for a curve says nothing about the length of whole ones.
        if (steps == chunk.Steps)
            chunk.Launched(elapsed);

        curves?.Measure(
            slot => points[runs[slot]!.Value.Point],
            (slot, point) => results.Measured.Add(AtStep(slot, point)));
        double work = 0;
        for (int slot = 0; slot < runs.Length; slot++)
        {
            if (runs[slot] is not { } run)
                continue;

            RunState state = bank.States[slot];
            long advanced = state.Steps - reported[slot];
            reported[slot] = state.Steps;
            results.Steps += advanced;
            work += advanced * RunCost.OfStep(points[run.Point]);
            if ((RunStatus)state.Status is not (RunStatus.Solved or RunStatus.Budget or RunStatus.Diverged))
            {
                results.InFlight.Add(new RunUnderWay(run.Point, run.Seed, state.Steps));
                continue;
            }

            RunRecord record = Record(run, points[run.Point], state);
            results.Finished.Add(new FinishedRun(record, curves?.End(slot, points[run.Point]), kept != KeptParameters.Never ? bank.Save(slot).Floats : null));
            chunk.RunFinished(record.Steps);
            Clear(slot);
        }

        results.Work += work;
        Speed = elapsed > TimeSpan.Zero ? work / elapsed.TotalSeconds : 0;
    }

    /// <summary>Whether a run was loaded before some time.</summary>
    /// <param name="before">A <see cref="Stopwatch"/> timestamp.</param>
    public bool HasRunLoadedBefore(long before) => Enumerable.Range(0, runs.Length).Any(slot => IsOld(slot, before));

    /// <summary>Takes runs out of their slots for another worker to continue.</summary>
    public IReadOnlyList<PendingRun> Release(int count)
    {
        // All are read before any is released, so that none is lost if the device fails meanwhile.
        int[] slots = [.. Enumerable.Range(0, runs.Length).Where(slot => runs[slot] is not null).Take(count)];
        PendingRun[] released = [.. slots.Select(slot => UnderWay(slot, runs[slot]!.Value))];
        foreach (int slot in slots)
        {
            curves?.Clear(slot);
            Clear(slot);
        }

        return released;
    }

    /// <summary>The runs under way that were loaded before some time.</summary>
    /// <param name="before">A <see cref="Stopwatch"/> timestamp.</param>
    public IEnumerable<RunSnapshot> Snapshots(long before)
    {
        for (int slot = 0; slot < runs.Length; slot++)
        {
            if (IsOld(slot, before) && Started(slot))
                yield return Snapshot(slot, runs[slot]!.Value);
        }
    }

    /// <summary>All runs, in their state when they were taken.</summary>
    public IEnumerable<PendingRun> Unfinished() => runs.OfType<PendingRun>();

    public void Dispose() => bank.Dispose();

    private RunAtStep AtStep(int slot, CurvePoint at) => new(
        runs[slot]!.Value.Point,
        runs[slot]!.Value.Seed,
        at,
        kept == KeptParameters.AtCurve && Started(slot) ? bank.Save(slot).Floats : null);

    private bool IsOld(int slot, long before) => runs[slot] is not null && loaded[slot] <= before;

    private bool Started(int slot) => (RunStatus)bank.States[slot].Status == RunStatus.Running;

    private PendingRun UnderWay(int slot, in PendingRun run) => Started(slot) ? run with { From = Snapshot(slot, run) } : run;

    private RunSnapshot Snapshot(int slot, in PendingRun run)
    {
        var (floats, data, state) = bank.Save(slot);
        return new RunSnapshot(run.Point, run.Seed, state, floats, data, curves?.SoFar(slot) ?? CurveSoFar.None);
    }

    private void Clear(int slot)
    {
        runs[slot] = null;
        bank.Clear(slot);
        Active--;
    }

    private static RunRecord Record(in PendingRun run, Point point, in RunState state) => (RunStatus)state.Status == RunStatus.Diverged
        ? new(run.Point, run.Seed, Outcome.Diverged, state.Steps, double.NaN)
        : new(
            run.Point,
            run.Seed,
            (RunStatus)state.Status == RunStatus.Solved ? Outcome.Solved : Outcome.Budget,
            state.Steps,
            HeldOut.Accuracy(point, state.HeldOutErrors),
            HeldOut.Loss(point, state.HeldOutErrors));
}

/// <summary>The results of a launch.</summary>
internal sealed class LaunchResults
{
    /// <summary>Steps taken, of all runs together.</summary>
    public long Steps { get; set; }

    /// <summary>Work (<see cref="RunCost"/>) of these steps.</summary>
    public double Work { get; set; }

    public List<FinishedRun> Finished { get; } = [];

    /// <summary>The other runs.</summary>
    public List<RunUnderWay> InFlight { get; set; } = [];

    /// <summary>Runs at new points of their curves, with parameters if those are kept and the run continues.</summary>
    public List<RunAtStep> Measured { get; } = [];

    public void Clear()
    {
        Steps = 0;
        Work = 0;
        Finished.Clear();
        InFlight.Clear();
        Measured.Clear();
    }
}
