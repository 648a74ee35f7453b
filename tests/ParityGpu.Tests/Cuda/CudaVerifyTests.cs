using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>The command verify on CUDA devices, whatever the driver's compiler and scheduler do; tests in the process take all orders in turn (<see cref="CudaOnCpuDevice"/>).</summary>
public sealed class CudaVerifyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [CudaProcessTheory]
    [InlineData("0", "2", "255")]
    [InlineData("1", "3", "205")]
    public void Verify_passes(string contract, string order, string fill)
    {
        CommandResult result = CudaProcess.RunWell(folder.Root, [("CONTRACT", contract), ("ORDER", order), ("FILL", fill)], "verify", "--device", "cuda");

        Assert.DoesNotContain("DIFFERS", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nall checks passed", result.Output, StringComparison.Ordinal);
    }
}
