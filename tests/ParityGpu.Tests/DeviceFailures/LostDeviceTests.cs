using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>A device that fails while it works: each function and its errors; message, exit code, log, and what resuming it gives.</summary>
public sealed partial class LostDeviceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Log => folder["log.msgpack"];

    public void Dispose() => folder.Dispose();

    [CudaProcessTheory]
    [InlineData("cuMemGetInfo_v2", 999, 1)]
    [InlineData("cuOccupancyMaxActiveBlocksPerMultiprocessor", 999, 1)]
    [InlineData("cuStreamCreate", 999, 1)]
    [InlineData("cuMemAlloc_v2", 700, 3)]
    [InlineData("cuModuleLoadDataEx", 209, 1)]
    [InlineData("cuModuleLoadDataEx", 218, 1)]
    [InlineData("cuModuleLoadDataEx", 222, 1)]
    [InlineData("cuModuleLoadDataEx", 218, 2)]
    [InlineData("cuModuleGetFunction", 500, 1)]
    [InlineData("cuLaunchKernel", 701, 1)]
    [InlineData("cuLaunchKernel", 700, 4)]
    [InlineData("cuLaunchKernel", 719, 5)]
    [InlineData("cuMemcpyAsync", 214, 9)]
    [InlineData("cuStreamSynchronize", 702, 6)]
    [InlineData("cuStreamSynchronize", 999, 3)]
    [InlineData("cuMemAlloc_v2", 4711, 1)]
    public void ADeviceThatIsLost(string function, int error, int call)
    {
        CommandResult lost = SmallSweep.Run(folder, $"{function}:{error}@{call}", "--device cuda");

        Assert.Equal(function is "cuModuleLoadDataEx" or "cuModuleGetFunction" ? 1 : 75, lost.ExitCode);
        FailingDriver.AssertLine(lost, error);
        Assert.DoesNotContain("not enough", lost.Error, StringComparison.Ordinal);
        AssertCompilersLog(lost, function is "cuModuleLoadDataEx" or "cuModuleGetFunction");
        Assert.Contains("parity sweep --resume log.msgpack", lost.Error, StringComparison.Ordinal);
        SmallSweep.AssertResumes(folder);
    }

    [CudaProcessTheory]
    [InlineData("cuMemAlloc_v2", 1, 2)]
    [InlineData("cuMemAlloc_v2", 5, 2)]
    [InlineData("cuModuleLoadDataEx", 1, 75)]
    public void TooLittleMemorySaysHowMuchThereIs(string function, int call, int exitCode)
    {
        CommandResult result = SmallSweep.Run(folder, $"{function}:2@{call}", "--device cuda");

        Assert.Equal(exitCode, result.ExitCode);
        FailingDriver.AssertLine(result, 2);
        Assert.Matches("not enough memory: .* requested, .* of 4096 MiB are free", result.Error);
        SmallSweep.AssertResumes(folder);
    }

    [CudaProcessTheory]
    [InlineData("verify --device cuda", "cuLaunchKernel:719@3")]
    [InlineData("bench --device cuda --shape 6,2,10,8 --seconds 0.1", "cuModuleLoadDataEx:218")]
    [InlineData("train --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --max-steps 60 --device cuda --log log.msgpack", "cuLaunchKernel:700@2")]
    public void OtherCommandsFailInOneLine(string command, string failure)
    {
        CommandResult result = FailingDriver.Run(folder.Root, failure, command);

        Assert.Equal(failure.Contains("Module", StringComparison.Ordinal) ? 1 : 75, result.ExitCode);
        FailingDriver.AssertLine(result, int.Parse(failure.Split(':', '@')[1]));
        Assert.False(File.Exists(Log));
    }

    private static void AssertCompilersLog(CommandResult result, bool isExpected)
    {
        Match file = CompilersLog().Match(result.Error);
        Assert.Equal(isExpected, file.Success);
        if (!isExpected)
            return;

        Assert.Contains(".entry", File.ReadAllText(file.Value), StringComparison.Ordinal);
        File.Delete(file.Value);
    }

    [GeneratedRegex(@"\S*parity-kernel-\S+\.log")]
    private static partial Regex CompilersLog();
}
