using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>One device of several fails: it has its line, and the others train its runs.</summary>
public sealed class LeftOutDeviceTests : IDisposable
{
    /// <summary>Long enough for the CPU not to be done before the other device has failed.</summary>
    private const string Sweep =
        "sweep --n 30 --k 3 --width 500 --batch 128 --lr 1e-6 --seeds 6 --max-steps 2000 --quiet --threads 1";

    private static readonly Lazy<string[]> Expected = new(() => SmallSweep.RecordsOf(Sweep));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [CudaProcessTheory]
    [InlineData("cuCtxCreate_v2:46", 46)]
    [InlineData("cuInit:803", 803)]
    [InlineData("cuModuleLoadDataEx:218", 218)]
    [InlineData("cuLaunchKernel:719", 719)]
    [InlineData("cuStreamSynchronize:702@2", 702)]
    [InlineData("cuMemAlloc_v2:2", 2)]
    public void TheOthersGoOn(string failure, int error)
    {
        CommandResult result = FailingDriver.Run(folder.Root, failure, $"{Sweep} --device cuda,cpu --log log.msgpack");

        Assert.Equal(0, result.ExitCode);
        FailingDriver.AssertLine(result, error);
        Assert.Equal(Expected.Value, SmallSweep.Records(folder["log.msgpack"]));
    }
}
