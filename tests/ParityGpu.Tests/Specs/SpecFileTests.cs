using System.Text;
using System.Text.Json;
using ParityGpu.Logs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class SpecFileTests
{
    [Fact]
    public void The_canonical_form_reads_back_to_itself()
    {
        var spec = new SweepSpec
        {
            N = [30, 50],
            K = [2, 3],
            Width = [10, 1000],
            Batch = [1, 64],
            Lr = [0.1, 1, 1e-7],
            WeightDecay = [0, 0.1 + 0.2],
            Init = [Init.XavierUniform, Init.KaimingNormal, Init.Sign, Init.Torch],
            Subset = SubsetChoice.Random,
            Seeds = 1_000_000,
            FirstSeed = 1L << 40,
            MaxSteps = 123,
            TestSamples = 1,
        };

        string canonical = SpecFile.Canonical(spec);
        SweepSpec read = Read(canonical);

        Assert.Equal(canonical, SpecFile.Canonical(read));
        Assert.Equal(spec.Points(), read.Points());
        Assert.Null(SpecFile.FirstDifference(spec, read));
        Assert.Equal(spec.Points().LongCount() * spec.Seeds, spec.Runs);
    }

    [Fact]
    public void Values_may_be_scalars_or_lists_and_names_camel_or_kebab()
    {
        SweepSpec spec = Read("""{ "n": 20, "width": [5, 6], "weight-decay": 0.01, "firstSeed": 3, "max-steps": 10, "init": "torch" }""");

        Assert.Equal(20, Assert.Single(spec.N));
        Assert.Equal((int[])[5, 6], spec.Width);
        Assert.Equal(0.01, Assert.Single(spec.WeightDecay));
        Assert.Equal((3, 10), (spec.FirstSeed, spec.MaxSteps));
        Assert.Equal(Init.Torch, Assert.Single(spec.Init));
        Assert.Equal(3, Assert.Single(spec.K));
    }

    /// <summary>So logs and checkpoints of sweeps without them stay as they were.</summary>
    [Fact]
    public void Settings_that_came_later_are_written_where_a_sweep_has_them()
    {
        var spec = new SweepSpec { InputBias = [0.1, 0.5] };

        Assert.DoesNotContain("inputBias", SpecFile.Canonical(new SweepSpec()), StringComparison.Ordinal);
        Assert.Contains("\"inputBias\":[0.1,0.5],\"schedule\"", SpecFile.Canonical(spec), StringComparison.Ordinal);
        Assert.Null(SpecFile.FirstDifference(spec, Read(SpecFile.Canonical(spec))));
        Assert.Contains(SpecSetting.Find("inputBias"), LogFormat.PointSettings(spec));
        Assert.DoesNotContain(SpecSetting.Find("mixture"), LogFormat.PointSettings(spec));
    }

    [Fact]
    public void Every_setting_of_a_sweep_has_a_name_and_differs_by_it()
    {
        var defaults = new SweepSpec();
        foreach (SpecSetting setting in SpecSetting.All)
        {
            string other = setting.Name switch
            {
                "depth" => "2",
                "target" => "x1x2",
                "noise" => "0.5",
                "schedule" => "0=2",
                "inputSchedule" => "0=0.25",
                _ => setting.Names.Count > 0 ? setting.Names[^1] : "1",
            };
            SweepSpec changed = setting.Apply(defaults, [other], setting.Option);

            Assert.Equal(other, Assert.Single(setting.Values(changed)));
            Assert.Same(setting, SpecSetting.Find(setting.Name));
            if (!setting.Values(defaults).SequenceEqual([other]))
                Assert.Same(setting, SpecFile.FirstDifference(defaults, changed));
        }

        Assert.Equal(
            typeof(SweepSpec).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(),
            SpecSetting.All.Select(setting => char.ToUpperInvariant(setting.Name[0]) + setting.Name[1..]).Order());
    }

    [Fact]
    public void A_sweep_built_in_code_is_validated_too()
    {
        SweepSpec[] wrong =
        [
            new() { N = [] },
            new() { N = default },
            new() { Lr = [double.NaN] },
            new() { Width = [10, 10] },
            new() { Init = [(Init)99] },
            new() { Seeds = 0 },
            new() { N = [.. Enumerable.Range(30, 1000)], Width = [.. Enumerable.Range(1, 1001)] },
        ];

        Assert.All(wrong, spec => Assert.Throws<UserErrorException>(() => SpecValidation.Validate(spec)));
        Assert.NotNull(SpecValidation.Validate(new SweepSpec()));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_byte_order_mark_says_the_encoding(string encoding)
    {
        using var folder = new Cli.TemporaryFolder();
        File.WriteAllText(folder["spec"], """{ "n": 1e1, "width": 2e1, "initSeed": 1e2, "curve": "1e2", "schedule": "0=1,1e3=0.1" }""", Encoding.GetEncoding(encoding));

        SweepSpec spec = SpecFile.Load(folder["spec"]);

        Assert.Equal((10, 20, 100), (spec.N[0], spec.Width[0], spec.InitSeed[0]));
        Assert.Equal(("100", "0=1,1000=0.1"), (spec.Curve.ToString(), spec.Schedule.ToString()));
    }

    private static SweepSpec Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return SpecFile.Read(document.RootElement, "");
    }
}
