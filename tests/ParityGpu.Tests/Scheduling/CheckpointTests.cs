using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Long runs go on where they were, with the bits of runs that were never interrupted.</summary>
public sealed class CheckpointTests
{
    private static readonly SweepSpec Spec = new()
    {
        N = [10],
        K = [2],
        Width = [10],
        Batch = [8],
        Lr = [0.005],
        Loss = [Loss.Hinge, Loss.Logistic],
        Samples = [0, 200],
        TargetAccuracy = 0.95,
        Optimizer = [Optimizer.Sgd, Optimizer.Momentum],
        Seeds = 3,
        MaxSteps = 30_000,
        TestSamples = 512,
        Curve = CurveSteps.Logarithmic(4),
    };

    [Fact]
    public void Stopped_again_and_again_the_runs_are_those_of_one_session()
    {
        using Device cpu = DeviceCatalog.OpenCpu(2);
        var whole = new RecordList();
        long stepsOfAll = Run(cpu, whole, new Store(), stopAfter: int.MaxValue);

        var store = new Store();
        var parts = new RecordList();
        long steps = 0;
        int sessions = 0;
        for (; parts.SortedRuns.Length < Spec.Runs; sessions++)
            steps += Run(cpu, parts, store, stopAfter: 4);

        Assert.True(sessions > 2);
        Assert.Equal(whole.Sorted, parts.Sorted);
        Assert.Equal(
            whole.SortedRuns.Select(run => run.Curve!.Points.AsEnumerable()), parts.SortedRuns.Select(run => run.Curve!.Points.AsEnumerable()));

        // Stopped by a signal, a session stores what it has; nothing is trained twice.
        Assert.NotEqual(0, store.Writes);
        Assert.Equal(stepsOfAll, steps);
        Assert.Empty(store.Snapshots);
        Assert.True(store.Removed);
    }

    [Fact]
    public void A_failed_device_s_runs_go_on_from_their_last_state()
    {
        // Negligible intervals: states are kept from the first launch on.
        var store = new Store();
        var list = new RecordList();
        SweepSpec spec = Spec with { MaxSteps = 5000, Seeds = 50 };
        var failing = new ImaginedDevice("a", 50, callsUntilFailure: 200);
        var other = new ImaginedDevice("b", 50, ready: () => SpinWait.SpinUntil(() => failing.HasFailed));
        new SweepRunner
        {
            Spec = spec,
            Devices = [failing, other],
            Sink = list,
            Checkpoint = new CheckpointPlan(store, TimeSpan.FromTicks(10), []),
        }.Run(CancellationToken.None);

        long steps = list.Sorted.Sum(record => record.Steps);
        Assert.Equal(spec.Runs, list.Sorted.Length);
        Assert.True(other.Steps < steps);
        Assert.NotEqual(0, store.Writes);
    }

    [Fact]
    public void A_store_that_fails_is_told_of_once_and_the_sweep_goes_on()
    {
        var warnings = new List<string>();
        var list = new RecordList();
        new SweepRunner
        {
            Spec = Spec,
            Devices = [new ImaginedDevice("a", 5)],
            Sink = list,
            Warn = warnings.Add,
            Checkpoint = new CheckpointPlan(new Store { Broken = true }, TimeSpan.FromTicks(10), []),
        }.Run(CancellationToken.None);

        Assert.Contains("disk full", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(Spec.Runs, list.Sorted.Length);
    }

    private static long Run(Device device, RecordList list, Store store, int stopAfter)
    {
        using var cancellation = new CancellationTokenSource();
        IReadOnlyList<BankDevice> devices = BankDevice.Of(device);
        var done = new RunSet();
        foreach (RunRecord record in list.Sorted)
            done.Add(record.Point, record.Seed);

        int launches = 0;
        long steps = 0;
        try
        {
            new SweepRunner
            {
                Spec = Spec,
                Devices = devices,
                Sink = list,
                Done = done,
                Progress = progress =>
                {
                    steps = progress.SeedSteps;
                    if (++launches >= stopAfter && steps > 1000)
                        cancellation.Cancel();
                },
                Checkpoint = new CheckpointPlan(store, TimeSpan.FromTicks(10), [.. store.Snapshots]),
            }.Run(cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped on purpose; what was in flight, if anything was, is in the store.
        }
        finally
        {
            foreach (BankDevice each in devices)
                each.Dispose();
        }

        return steps;
    }

    private sealed class Store : ICheckpointStore
    {
        public IReadOnlyCollection<RunSnapshot> Snapshots { get; private set; } = [];

        public bool Broken { get; init; }

        public bool Removed { get; private set; }

        public int Writes { get; private set; }

        public void Write(IReadOnlyCollection<RunSnapshot> snapshots)
        {
            if (Broken)
                throw new IOException("disk full");

            Snapshots = snapshots;
            Writes++;
        }

        public void Remove()
        {
            Snapshots = [];
            Removed = true;
        }
    }
}
