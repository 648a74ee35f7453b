using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Tests.Kernels;
using ParityGpu.Tests.Scheduling;
using ParityGpu.Verification;
using Xunit;

namespace ParityGpu.Tests.Verification;

/// <summary>What <c>parity verify</c> says of the CPU.</summary>
public sealed class VerifierTests
{
    [Fact]
    public void The_cpu_passes_every_check()
    {
        using var device = DeviceCatalog.OpenCpu(2);
        AssertPasses(device);
    }

    internal static void AssertPasses(Device device)
    {
        var lines = new List<VerifyLine>();
        VerifySummary summary = Verifier.Run(device, lines.Add);
        Assert.All(lines, line => Assert.True(line.Passed, $"{line.Name}: {line.Detail}"));
        Assert.True(summary.Passed);
        Assert.Equal(lines.Count, summary.Checks);
        Assert.Superset(
            new HashSet<string> { "generator", "arithmetic", "labels", "gradient", "counts", "draws", "training", "adam", "divergence", "curve" },
            lines.Select(line => line.Name).ToHashSet());
    }
}

/// <summary>The same of an OpenCL device, and a sweep on it.</summary>
[Collection(PoclTests.Name)]
public sealed class OpenCLVerifierTests(PoclDevice pocl)
{
    [PoclFact]
    public void OpenCL_passes_every_check() => VerifierTests.AssertPasses(pocl.Device);

    [PoclFact]
    public void A_sweep_on_OpenCL_records_what_the_cpu_records()
    {
        var spec = new SweepSpec { N = [12], K = [2], Width = [10, 20], Batch = [16, 40], Lr = [0.3, 1e6], Seeds = 5, MaxSteps = 32 };
        using var cpu = DeviceCatalog.OpenCpu(2);
        var expected = RecordList.Of(spec, cpu);
        Assert.Equal(3, expected.Select(record => record.Outcome).Distinct().Count());
        Assert.Equal(expected, RecordList.Of(spec, pocl.Device));
    }

    [PoclFact]
    public void A_sweep_of_several_networks_on_OpenCL_records_what_the_cpu_records()
    {
        var spec = new SweepSpec
        {
            N = [5],
            K = [2],
            Model = [Model.Mlp, Model.Polynet, Model.Transformer],
            Loss = [Loss.Hinge, Loss.Logistic],
            Noise = [0, 0.2],
            Width = [3],
            Batch = [3],
            DEmb = [5],
            Heads = [3],
            DAttn = [2],
            Seeds = 2,
            MaxSteps = 40,
            TestSamples = 60,
        };
        using var cpu = DeviceCatalog.OpenCpu(2);

        Assert.Equal(RecordList.Of(spec, cpu), RecordList.Of(spec, pocl.Device));
    }
}
