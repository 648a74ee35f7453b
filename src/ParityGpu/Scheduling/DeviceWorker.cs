using System.Diagnostics;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>A device has stopped working.</summary>
public sealed class DeviceFailedException(string device, Exception cause)
    : Exception($"{device}: has failed: {DriverErrors.Explain(cause)}", cause);

/// <summary>Trains runs on one device, on a thread of its own, until none are left.</summary>
/// <param name="device">The device, used by this worker only.</param>
/// <param name="spec">The sweep.</param>
/// <param name="points">Its points.</param>
/// <param name="queue">The runs; the worker joins it before it runs (<see cref="RunQueue.Join"/>).</param>
/// <param name="collector">Receives the results.</param>
/// <param name="checkpoints">Receives the states of long runs.</param>
/// <param name="kept">When runs are reported with their parameters.</param>
/// <param name="longRun">How long a run must have taken before idle threads join it.</param>
internal sealed class DeviceWorker(
    IRunDevice device,
    SweepSpec spec,
    Point[] points,
    RunQueue queue,
    RunCollector collector,
    Checkpointer? checkpoints,
    KeptParameters kept,
    TimeSpan longRun)
{
    /// <summary>Maximum number of concurrent banks on a device: slots that one bank leaves empty near its end are used by another.</summary>
    private const int MostBanks = 4;

    private readonly List<BankRuns> banks = [];
    private readonly LaunchResults results = new();
    private long checkpointed;

    /// <summary>The device.</summary>
    public IRunDevice Device => device;

    /// <summary>Work (<see cref="RunCost"/>) per second of a run that has the device to itself; null before the first launch.</summary>
    public double? LoneSpeed { get; private set; }

    /// <summary>Why the device has left the sweep.</summary>
    public DeviceFailedException? Failure { get; private set; }

    /// <summary>
    /// Trains until all runs of the queue are recorded or the device fails.
    /// </summary>
    /// <param name="stop">Stops after the current launch.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="UserErrorException">No device can train some of the runs.</exception>
    public void Run(CancellationToken stop)
    {
        try
        {
            while (OpenBanks())
            {
                if (stop.IsCancellationRequested)
                    Checkpoint();

                stop.ThrowIfCancellationRequested();
                Launch();
                Collect();
                if (checkpoints is not null && checkpoints.Period != checkpointed)
                    Checkpoint();

                Share();
                Widen();
            }
        }
        catch (DeviceFailedException e)
        {
            Failure = e;
            Collect();
            queue.Leave(this, Unfinished());
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Refills the banks and opens others until the device is busy or nothing is pending for it.</summary>
    /// <returns>False if all runs are recorded.</returns>
    private bool OpenBanks()
    {
        OnDevice(() =>
        {
            foreach (BankRuns bank in banks)
                bank.Fill();

            foreach (BankRuns bank in banks.Where(bank => bank.Active == 0))
                bank.Dispose();
        });
        banks.RemoveAll(bank => bank.Active == 0);
        while (banks.Count < MostBanks && Load() < 1)
        {
            PendingShape? shape = queue.Next(this, [.. banks.Select(bank => bank.Shape)], wait: banks.Count == 0);
            if (shape is null || !TryOpen(shape))
                break;
        }

        return banks.Count > 0;
    }

    private double Load() => banks.Sum(bank => (double)bank.Active / device.RunsAtOnce(bank.Shape.Bank));

    private bool TryOpen(PendingShape shape)
    {
        long runs = Math.Max(1, queue.PendingAtMost(shape));
        try
        {
            if (banks.Count > 0)
                runs = Math.Min(runs, (long)Math.Ceiling((1 - Load()) * OnDevice(() => device.RunsAtOnce(shape.Bank))));

            IRunBank? created = OnDevice(() => device.CreateBank(shape.Bank, runs));
            if (created is null)
                return false;

            var bank = new BankRuns(created, shape, queue, this, spec, points, device.FinishedRunsIdle, kept);
            banks.Add(bank);
            OnDevice(() =>
            {
                // An empty launch first, because some drivers compile at the first launch: only workers that are ready take runs.
                created.Begin(0);
                created.Finish();
                bank.Fill();
            });
        }
        catch (UserErrorException e)
        {
            queue.Refuse(this, shape, e);
            collector.Warn($"{device.Name}: leaves some runs to the other devices ({e.Message})");
        }

        return true;
    }

    private void Launch() => OnDevice(() =>
    {
        foreach (BankRuns bank in banks)
            bank.Begin();

        foreach (BankRuns bank in banks)
        {
            int runs = bank.Active;
            bank.Finish(results);
            // Other workers may already have taken the runs for which the bank was opened.
            if (runs > 0)
                LoneSpeed = bank.Speed / Math.Min(runs, device.RunsAtOnce(bank.Shape.Bank));
        }
    });

    private void Collect()
    {
        collector.Collect(this, device.Name, results);
        checkpoints?.Forget(results.Finished);
        queue.Recorded(results.Finished.Count);
        results.Clear();
    }

    /// <summary>Gives runs to workers that have run out.</summary>
    private void Share()
    {
        foreach (BankRuns bank in banks)
        {
            int count = queue.ToGive(bank.Shape, bank.Active, bank.Active > 0 ? bank.Speed / bank.Active : 0);
            if (count > 0)
                queue.Give(this, bank.Shape, OnDevice(() => bank.Release(count)));
        }
    }

    /// <summary>Trains a long run that is left at the end of a sweep with the threads of workers that have run out.</summary>
    private void Widen()
    {
        long before = Stopwatch.GetTimestamp() - (long)(longRun.TotalSeconds * Stopwatch.Frequency);
        if (device.Pool is null || !banks.Any(bank => device.SharesRuns(bank.Shape.Bank) && bank.HasRunLoadedBefore(before)))
            return;

        int threads = queue.TakeThreads(this);
        if (threads == 0)
            return;

        OnDevice(() =>
        {
            foreach (BankRuns bank in banks)
            {
                IReadOnlyList<PendingRun> released = bank.Release(bank.Active);
                checkpoints?.Post([.. released.Select(run => run.From).OfType<RunSnapshot>()]);
                queue.Return(bank.Shape, released);
            }

            Close();
            device.Widen(threads);
        });
    }

    private void Checkpoint()
    {
        if (checkpoints is null)
            return;

        checkpointed = checkpoints.Period;
        long before = Stopwatch.GetTimestamp() - checkpoints.LongRunTicks;
        checkpoints.Post(OnDevice(() => banks.SelectMany(bank => bank.Snapshots(before)).ToArray()));
    }

    private List<(PendingShape Shape, PendingRun Run)> Unfinished() =>
    [
        .. from bank in banks
           from run in bank.Unfinished()
           select (bank.Shape, run with { From = checkpoints?.Latest(run) ?? run.From }),
    ];

    private void Close()
    {
        try
        {
            foreach (BankRuns bank in banks)
                bank.Dispose();
        }
        catch (Exception) when (Failure is not null)
        {
            // A failed device's memory is lost with it.
        }

        banks.Clear();
    }

    private void OnDevice(Action action) => OnDevice<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Any exception while the device works counts as its failure; user errors pass through.</summary>
    private T OnDevice<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not UserErrorException)
        {
            throw new DeviceFailedException(device.Name, device.Detailed(e));
        }
    }
}
