using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>Experiments on CUDA devices have the CPU's numbers.</summary>
public sealed class CudaReproduceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [CudaProcessTheory]
    [InlineData("fig5")]
    [InlineData("theorem5")]
    [InlineData("pareto")]
    public void Reproduce_writes_the_cpu_s_numbers(string experiment)
    {
        string[] reproduce = ["reproduce", experiment, "--scale", "smoke", "--quiet"];
        CudaProcess.RunWell(folder.Root, [], [.. reproduce, "--device", "cpu", "--out", "cpu"]);
        CudaProcess.RunWell(folder.Root, [("ORDER", "1")], [.. reproduce, "--device", "cuda", "--out", "cuda"]);

        Assert.Equal(
            File.ReadAllText(Path.Combine(folder["cpu"], $"{experiment}.csv")), File.ReadAllText(Path.Combine(folder["cuda"], $"{experiment}.csv")));
    }
}
