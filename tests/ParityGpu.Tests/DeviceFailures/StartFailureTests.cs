using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>A driver or device that does not start: each function and its errors; message, exit code, no log.</summary>
public sealed class StartFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Log => folder["log.msgpack"];

    public void Dispose() => folder.Dispose();

    [CudaProcessTheory]
    [InlineData("cuInit", 803)]
    [InlineData("cuInit", 999)]
    [InlineData("cuInit", 100)]
    [InlineData("cuInit", 35)]
    [InlineData("cuDeviceGetCount", 999)]
    [InlineData("cuDriverGetVersion", 3)]
    [InlineData("cuDeviceGet", 101)]
    [InlineData("cuDeviceGetName", 999)]
    [InlineData("cuDeviceGetAttribute", 999)]
    [InlineData("cuDeviceTotalMem_v2", 999)]
    [InlineData("cuCtxCreate_v2", 46)]
    [InlineData("cuCtxCreate_v2", 2)]
    [InlineData("cuCtxCreate_v2", 999)]
    [InlineData("cuCtxSetCurrent", 201)]
    [InlineData("cuCtxGetCacheConfig", 999)]
    [InlineData("cuCtxGetSharedMemConfig", 801)]
    public void ADeviceThatDoesNotStart(string function, int error)
    {
        CommandResult named = SmallSweep.Run(folder, $"{function}:{error}", "--device cuda");

        Assert.Equal(2, named.ExitCode);
        FailingDriver.AssertLine(named, error);
        Assert.False(File.Exists(Log));
        Assert.Equal(error == 2, named.Error.Contains("not enough memory", StringComparison.Ordinal));
    }

    [CudaProcessTheory]
    [InlineData("cuInit:803", true)]
    [InlineData("cuInit:999", true)]
    [InlineData("cuCtxCreate_v2:46", true)]
    [InlineData("cuInit:100", false)]
    public void AutoTakesTheCpuAndSaysWhy(string failure, bool isSaid)
    {
        CommandResult result = FailingDriver.Run(
            folder.Root, failure, $"{SmallSweep.Command} --log log.msgpack", ("CUDA_VISIBLE_DEVICES", "-1"));

        Assert.Equal(0, result.ExitCode);
        if (isSaid)
            FailingDriver.AssertLine(result, int.Parse(failure.Split(':')[1]));
        else
            Assert.Empty(FailingDriver.Said(result));

        Assert.Equal(SmallSweep.Expected, SmallSweep.Records(Log));
    }

    [CudaProcessFact]
    public void DevicesShowsTheLibraryAndTheAnswer()
    {
        CommandResult result = FailingDriver.Run(folder.Root, "cuInit:803", "devices");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("cuInit returned 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH): ", result.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(CudaOnCpuDriver.Folder, "libcuda.so.1"), result.Output, StringComparison.Ordinal);
    }

    [CudaProcessFact]
    public void DevicesSaysThatDevicesMayBeHidden()
    {
        CommandResult result = FailingDriver.Run(folder.Root, "cuInit:100", "devices", ("CUDA_VISIBLE_DEVICES", "-1"));

        Assert.Contains("CUDA_VISIBLE_DEVICES=-1 may hide it", result.Output, StringComparison.Ordinal);
    }
}
