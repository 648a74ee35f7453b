using ParityGpu.Banks;
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
        }.Run(patience.Token);
        foreach (IDisposable device in devices.OfType<IDisposable>())
            device.Dispose();
    }
}
