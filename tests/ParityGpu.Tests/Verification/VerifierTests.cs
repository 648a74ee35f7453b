using ParityGpu.Devices;
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
