using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Sweeps on several devices at once.</summary>
public sealed class SeveralDevicesTests
{
    internal static readonly SweepSpec Spec = new()
    {
        N = [10],
        K = [2],
        Width = [10, 20],
        Lr = [0.5, 0.1],
        Loss = [Loss.Hinge, Loss.Logistic],
        Seeds = 30,
        MaxSteps = 300,
        TestSamples = 256,
    };

    [Fact]
    public void A_device_that_fails_is_dropped_and_the_others_train_its_runs()
    {
        var warnings = new List<string>();
        var list = new RecordList();
        var broken = new ImaginedDevice("imagined:0", 8, callsUntilFailure: 9);
        var whole = new ImaginedDevice("imagined:1", 8);
        Run(Spec, [broken, whole], list, warn: warnings.Add);

        string line = Assert.Single(warnings);
        Assert.StartsWith("imagined:0: has failed", line, StringComparison.Ordinal);
        Assert.Equal(Spec.Runs, list.Sorted.Length);
        Assert.True(broken.Steps > 0);
    }

    [Fact]
    public void The_last_device_s_failure_is_the_sweep_s()
    {
        var list = new RecordList();
        var warnings = new List<string>();
        var error = Assert.Throws<DeviceFailedException>(() => Run(
            Spec, [new ImaginedDevice("imagined:0", 8, 20), new ImaginedDevice("imagined:1", 8, 30)], list, warn: warnings.Add));

        Assert.Contains("has failed", error.Message, StringComparison.Ordinal);
        Assert.Single(warnings);
        Assert.InRange(list.Sorted.Length, 1, Spec.Runs - 1);
    }

    [Fact]
    public void A_device_that_is_late_holds_nothing_back_and_gets_a_share_of_what_others_have()
    {
        // The first one has taken everything, and gets nowhere unless the other one does.
        ImaginedDevice? late = null;
        var first = new ImaginedDevice("first", 1000, stuck: () => late!.Steps == 0);
        late = new ImaginedDevice("late", 1000, ready: () => SpinWait.SpinUntil(() => first.Launches > 0));
        var list = new RecordList();
        Run(Spec with { Width = [10], Loss = [Loss.Hinge] }, [first, late], list);

        Assert.Equal(60, list.Sorted.Length);
        Assert.True(late.Steps > 0);
    }

    [Fact]
    public void The_last_run_gets_the_threads_that_have_run_out_of_runs()
    {
        // The run gets nowhere on one or two threads.
        object pool = new();
        ImaginedDevice[] devices = new ImaginedDevice[3];
        for (int i = 0; i < devices.Length; i++)
        {
            int self = i;
            devices[i] = new ImaginedDevice("cpu", 1, stuck: () => devices[self].Threads < devices.Length, pool: pool);
        }

        var list = new RecordList();
        Run(Spec with { Width = [10], Lr = [0.5], Loss = [Loss.Hinge], Seeds = 1 }, devices, list);

        Assert.Single(list.Sorted);
    }

    [Theory]
    [InlineData(2000, Loss.Hinge)]
    [InlineData(1000, Loss.Logistic)]
    public void A_run_that_threads_join_has_the_bits_of_one_thread(int width, Loss loss)
    {
        SweepSpec spec = Spec with { Width = [width], Lr = [0.0001], Loss = [loss], Batch = [100], Seeds = 1, MaxSteps = 3000, Curve = CurveSteps.Every(20) };
        using Device one = DeviceCatalog.OpenCpu(1);
        var expected = new RecordList();
        Run(spec, BankDevice.Of(one), expected);

        using Device three = DeviceCatalog.OpenCpu(3);
        IReadOnlyList<BankDevice> lanes = BankDevice.Of(three);
        var found = new RecordList();
        Run(spec, lanes, found);

        Assert.Equal(expected.Sorted, found.Sorted);
        Assert.Equal(expected.SortedRuns.Select(run => run.Curve!.Points), found.SortedRuns.Select(run => run.Curve!.Points));
        Assert.True(lanes.Max(lane => lane.Threads) > 1);
    }

    [Fact]
    public void What_one_device_refuses_the_others_train()
    {
        var warnings = new List<string>();
        var list = new RecordList();
        Run(Spec, [new ImaginedDevice("a", 8, refuses: width => width == 10), new ImaginedDevice("b", 8)], list, warn: warnings.Add);

        Assert.Equal(Spec.Runs, list.Sorted.Length);
        Assert.All(warnings, line => Assert.StartsWith("a: leaves some runs", line, StringComparison.Ordinal));
        Assert.Throws<UserErrorException>(() => Run(
            Spec, [new ImaginedDevice("a", 8, refuses: width => width == 10)], new RecordList()));
    }

    internal static void Run(
        SweepSpec spec,
        IReadOnlyList<IRunDevice> devices,
        RecordList list,
        Action<SweepProgress>? progress = null,
        Action<string>? warn = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        new SweepRunner
        {
            Spec = spec,
            Devices = devices,
            Sink = list,
            Progress = progress ?? (_ => { }),
            Warn = warn ?? (_ => { }),
            LongRun = TimeSpan.Zero,
        }.Run(patience.Token);
        foreach (IDisposable device in devices.OfType<IDisposable>())
            device.Dispose();
    }
}
