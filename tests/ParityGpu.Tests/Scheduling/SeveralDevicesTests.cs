using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

/// <summary>Sweeps on several devices at once.</summary>
[Collection(PoclTests.Name)]
public sealed class SeveralDevicesTests(PoclDevice pocl)
{
    private static readonly SweepSpec Spec = new()
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

    [PoclFact]
    public void A_cpu_and_an_opencl_device_give_the_records_of_either()
    {
        SweepSpec spec = Spec with { Lr = [0.5], Loss = [Loss.Hinge], Seeds = 12, MaxSteps = 60 };
        using Device cpu = DeviceCatalog.OpenCpu(2);
        RunRecord[] expected = RecordList.Of(spec, cpu);
        var seen = new List<SweepProgress>();
        var list = new RecordList();
        Run(spec, [.. BankDevice.Of(cpu), .. BankDevice.Of(pocl.Device)], list, seen.Add);

        Assert.Equal(expected, list.Sorted);
        Assert.Equal(["cpu", "opencl:0"], seen[^1].Devices.Select(device => device.Device));
        Assert.Equal(expected, RecordList.Of(spec, pocl.Device));
    }

    [PoclFact]
    public void A_run_begun_on_one_kind_of_device_ends_on_another_with_the_same_bits()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        Point[] points =
        [
            new(10, 2, Model.Mlp, Activation.Relu, 20, 8, 0.1, 0.001, Loss.Hinge, Init.XavierUniform, SubsetChoice.Random, 1000, 256),
            new(10, 2, Model.Deep, Activation.Relu, 20, 8, 0.01, 0, Loss.Logistic, Init.Torch, SubsetChoice.First, 1000, 256)
            {
                Optimizer = Optimizer.Adam,
                Samples = 100,
            },
        ];
        foreach (Point point in points.Select(point => point.Normalised()))
        {
            BankShape shape = BankShape.Of(point);
            using var whole = new SlotBank(cpu, shape, 1);
            whole.Load(0, point, 5);
            whole.Launch(60);
            foreach (var (first, second) in new[] { (cpu, pocl.Device), (pocl.Device, cpu) })
            {
                using var here = new SlotBank(first, shape, 1);
                here.Load(0, point, 5);
                here.Launch(25);
                var (floats, data, state) = here.Save(0);
                using var there = new SlotBank(second, shape, 2);
                there.Load(1, point, new RunSnapshot(0, 5, state, floats, data, []));
                there.Launch(35);

                Assert.Equal(whole.States[0], there.States[1]);
                Assert.Equal(whole.Save(0).Floats, there.Save(1).Floats);
            }
        }
    }

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

    private static void Run(
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
