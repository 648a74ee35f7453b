using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.RandomSpecs;
using ParityGpu.Runs;
using ParityGpu.Specs;
using ParityGpu.Verification;
using Xunit;

namespace ParityGpu.Tests.Verification;

/// <summary>Random sweeps: what is drawn, what is compared, and how small a failure becomes.</summary>
public sealed class RandomSpecTests
{
    [Fact]
    public void Two_thousand_sweeps_have_every_kind_of_point()
    {
        var coverage = new SpecCoverage();
        for (int index = 0; index < 2000; index++)
            coverage.Add(RandomSpecCheck.Draw(3, index).Spec);

        Assert.All(Enum.GetValues<Model>(), value => MustHave("model", value));
        Assert.All(Enum.GetValues<Activation>(), value => MustHave("activation", value));
        Assert.All(Enum.GetValues<Loss>(), value => MustHave("loss", value));
        Assert.All(Enum.GetValues<Init>(), value => MustHave("init", value));
        Assert.All(Enum.GetValues<Optimizer>(), value => MustHave("optimizer", value));
        Assert.All(Enum.GetValues<TrainedLayers>(), value => MustHave("train", value));
        Assert.All(Enum.GetValues<OutputLayer>(), value => MustHave("output", value));
        Assert.All(Enum.GetValues<InitialBiases>(), value => MustHave("biases", value));
        Assert.All(Enum.GetValues<SubsetChoice>(), value => MustHave("subset", value));
        Assert.All(Enum.GetValues<KernelPath>(), value => MustHave("path", value));
        string[] others =
        [
            "batch 1", "batch 2-31", "batch 32", "batch above 32", "n 1-32", "n above 32", "curve none", "curve with gap", "curve without gap",
            "width 1", "width of odd size", "finite sample", "noise", "input bias", "mixture", "biased steps", "weight decay", "schedule", "initial seed", "initial sigma", "two logits", "target accuracy",
            "polynomial target",
            "sweep of several shapes",
        ];
        Assert.All(others, kind => Assert.True(coverage.Counts.GetValueOrDefault(kind) >= 20, kind));

        void MustHave<T>(string setting, T value)
            where T : struct, Enum =>
            Assert.True(coverage.Counts.GetValueOrDefault($"{setting} {Kebab(value)}") >= 20, $"{setting} {value}");
    }

    [Fact]
    public void A_number_always_stands_for_the_same_sweep()
    {
        var (spec, limits) = RandomSpecCheck.Draw(7, 12);
        var (again, sameLimits) = RandomSpecCheck.Draw(7, 12);

        Assert.Equal(SpecFile.Canonical(spec), SpecFile.Canonical(again));
        Assert.Equal(limits, sameLimits);
        Assert.NotEqual(SpecFile.Canonical(spec), SpecFile.Canonical(RandomSpecCheck.Draw(7, 13).Spec));
    }

    [Fact]
    public void The_cpu_with_vectors_agrees_with_scalar_code_whatever_its_slots_and_launches()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        var comparison = new SpecComparison(BankDevice.Of(cpu, CpuVectors.None), BankDevice.Of(cpu));

        var checkedSpecs = new RandomSpecCheck(comparison).Run(seed: 4, first: 0, count: TestScale.Cases(300)).ToArray();

        Assert.All(checkedSpecs, spec => Assert.True(spec.Difference is null, Describe(spec)));
        Assert.True(comparison.CurvePoints > 0);
        Assert.All(comparison.Outcomes, outcome => Assert.True(outcome.Value > 0, $"{outcome.Key}"));
    }

    [Fact]
    public void A_wrong_device_is_found_out_and_the_failure_made_small()
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        IRunDevice wrong = new FaultyDevice(BankDevice.Of(cpu)[0], shape => shape.Batch > 32 && shape.Model == Model.Deep);
        var comparison = new SpecComparison(BankDevice.Of(cpu), [wrong]);

        CheckedSpec[] found = [.. new RandomSpecCheck(comparison).Run(seed: 1, first: 0, count: 20).Where(spec => spec.Difference is not null)];

        Assert.NotEmpty(found);
        Assert.All(found, spec => Assert.Equal(LaunchLimits.None, spec.Difference!.Limits));
        Assert.All(found, spec => Assert.Equal(
            "--n 1 --k 1 --model deep --depth 2 --width 1 --batch 33 --seeds 1 --max-steps 1 --test-samples 1",
            string.Join(' ', SpecSetting.Options(spec.Difference!.Spec))));
    }

    [Fact]
    public void A_failure_of_few_slots_keeps_them()
    {
        var failure = new SpecDifference(RandomSpecCheck.Draw(1, 0).Spec, new LaunchLimits(3, 5), "");

        SpecDifference small = SpecShrinker.Shrink(
            failure, (spec, limits) => limits.Slots <= 3 ? new SpecDifference(spec, limits, "") : null, tries: 1000);

        Assert.Equal(new LaunchLimits(3, 5), small.Limits);
        Assert.Equal(
            "--n 1 --k 1 --width 1 --batch 1 --seeds 1 --max-steps 1 --test-samples 1", string.Join(' ', SpecSetting.Options(small.Spec)));
    }

    private static string Describe(CheckedSpec spec) =>
        $"{spec.Index}: {spec.Difference?.Detail}: {string.Join(' ', SpecSetting.Options(spec.Difference?.Spec ?? new SweepSpec()))}";

    private static string Kebab<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
