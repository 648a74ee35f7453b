using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Tests.Scheduling;
using Xunit;

namespace ParityGpu.Tests.Specs;

/// <summary>Every setting with every network, optimizer and initialisation: it changes a run, or it is said to have no effect.</summary>
public sealed class SettingNeedTests
{
    private static readonly SweepSpec Small = new()
    {
        N = [12],
        K = [2],
        Width = [6],
        Batch = [16],
        Lr = [0.05],
        Loss = [Loss.Logistic],
        Seeds = 2,
        MaxSteps = 12,
        TestSamples = 96,
        Curve = CurveSteps.Every(1),
    };

    public static TheoryData<Model> Models => [.. Enum.GetValues<Model>()];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_setting_changes_runs_or_is_idle(Model model)
    {
        using Device device = DeviceCatalog.OpenCpu(1);
        foreach (Optimizer optimizer in Enum.GetValues<Optimizer>())
        {
            foreach (Init init in new[] { Init.Torch, Init.Sparse, Init.Rademacher })
            {
                SweepSpec start = Small with
                {
                    Model = [model],
                    Optimizer = [optimizer],
                    Init = [init],
                    Width = [model is Model.Polynet or Model.DisjointPolynet ? 2 : 6],
                    Lr = [init == Init.Rademacher ? 1e-5 : 0.05],
                };
                if (IsValid(start))
                    Check(start, device);
            }
        }
    }

    [Fact]
    public void What_a_point_lacks_is_what_it_drops()
    {
        foreach (Model model in Enum.GetValues<Model>())
        {
            Point point = (SweepSpec.Of(Small.Points().First()) with { Model = [model] }).Points().Single();
            foreach (SpecSetting setting in SpecSetting.OfPoints.Where(setting => SettingNeed.Has(point, setting) is false && setting.Name != "width"))
                Assert.True(IdleSettings.IsDefault(SweepSpec.Of(point), setting), $"{model} {setting.Name}");

            Assert.Equal(point, point.Normalised());
        }
    }

    private static void Check(SweepSpec start, Device device)
    {
        FinishedRun[] plain = Runs(start, device);

        // When runs are checked matters where a network that guesses may pass.
        SweepSpec easy = start with { TargetAccuracy = 0.5 };
        FinishedRun[] passed = Runs(easy, device);
        foreach (SpecSetting setting in SpecSetting.OfPoints)
        {
            (SweepSpec from, FinishedRun[] before) = setting.Name == "check" ? (easy, passed) : (start, plain);
            SweepSpec changed = setting.Apply(from, [Other(setting, from)], setting.Option);
            if (!IsValid(changed))
                continue;

            bool idle = IdleSettings.Reason(changed, setting) is not null;
            string what = $"{setting.Option} {setting.Shown(changed)} with {string.Join(' ', SpecSetting.Options(start))}";
            Assert.True(idle == Same(before, Runs(changed, device)), $"{what}: {(idle ? "is idle and changes runs" : "changes nothing and is not idle")}");
        }
    }

    private static string Other(SpecSetting setting, SweepSpec start) => setting.Name switch
    {
        "n" => "14",
        "target" => "x1+x2",
        "targetAccuracy" => "0.5",
        "tasks" => "3",
        "zipf" or "taskLoss" => "2",
        "depth" => "4",
        "heads" => "2",
        "schedule" => "0=0.5",
        "inputSchedule" => "0=0.25,3=0.1:0.5",
        "noise" => "0.4",
        "lr" => "0.2",
        "epsilon" => "0.01",
        "momentum" or "beta2" or "weightDecay" or "inputBias" or "mixture" => "0.25",
        "testSamples" => "64",
        "maxSteps" => "7",
        "sparsity" => "5",
        "logits" => "2",
        "samples" => "20",
        "check" => "1",
        _ when setting.Names.Count > 0 => setting.Names.First(name => name != setting.Values(start)[0] && name != "sparse"),
        _ => "4",
    };

    private static bool IsValid(SweepSpec spec)
    {
        try
        {
            return SpecValidation.Validate(spec) is not null;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    private static FinishedRun[] Runs(SweepSpec spec, Device device)
    {
        var list = new RecordList();
        SweepRunner.Run(spec, device, new RunSet(), list, _ => { }, CancellationToken.None);
        return list.SortedRuns;
    }

    private static bool Same(FinishedRun[] left, FinishedRun[] right) => left.Zip(right).All(
        pair => pair.First.Record.Equals(pair.Second.Record) && pair.First.Curve!.Points.SequenceEqual(pair.Second.Curve!.Points));
}
