using System.Text.RegularExpressions;
using ParityGpu.Logs;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>The table of a driver's functions and their errors: message, exit code, log, and what resuming it gives.</summary>
public sealed partial class DriverFailureTests : IDisposable
{
    private const string Sweep = "sweep --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --seeds 12 --max-steps 60 --curve 30 --quiet";

    private static readonly Lazy<string[]> Expected = new(() =>
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, ParityProcess.Run(folder.Root, [.. $"{Sweep} --device cpu --log whole.msgpack".Split(' ')]).ExitCode);
        return Records(folder["whole.msgpack"]);
    });

    private readonly TemporaryFolder folder = new();

    private string Log => folder["log.msgpack"];

    public void Dispose() => folder.Dispose();

    [FailingDriverTheory]
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
        CommandResult named = Run($"{function}:{error}", "--device cuda");

        Assert.Equal(2, named.ExitCode);
        AssertLine(named, error);
        Assert.False(File.Exists(Log));
        Assert.Equal(error == 2, named.Error.Contains("too little memory", StringComparison.Ordinal));
    }

    [FailingDriverTheory]
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
    public void ADeviceThatIsLost(string function, int error, int call)
    {
        CommandResult lost = Run($"{function}:{error}@{call}", "--device cuda");

        Assert.Equal(1, lost.ExitCode);
        AssertLine(lost, error);
        Assert.DoesNotContain("too little", lost.Error, StringComparison.Ordinal);
        AssertCompilersLog(lost, function is "cuModuleLoadDataEx" or "cuModuleGetFunction");
        Assert.Contains("--log log.msgpack --resume", lost.Error, StringComparison.Ordinal);
        AssertResumes();
    }

    [FailingDriverTheory]
    [InlineData("cuMemAlloc_v2", 1)]
    [InlineData("cuMemAlloc_v2", 5)]
    [InlineData("cuModuleLoadDataEx", 1)]
    public void TooLittleMemorySaysHowMuchThereIs(string function, int call)
    {
        CommandResult result = Run($"{function}:2@{call}", "--device cuda");

        Assert.Contains(result.ExitCode, new[] { 1, 2 });
        AssertLine(result, 2);
        Assert.Matches("too little memory: .* asked for, .* of 4096 MiB are free", result.Error);
        AssertResumes();
    }

    [FailingDriverTheory]
    [InlineData("cuCtxCreate_v2:46", 46)]
    [InlineData("cuInit:803", 803)]
    [InlineData("cuModuleLoadDataEx:218", 218)]
    [InlineData("cuLaunchKernel:719@3", 719)]
    [InlineData("cuMemAlloc_v2:2", 2)]
    public void ADeviceOfSeveralIsLeftOut(string failure, int error)
    {
        CommandResult result = Run(failure, "--device cuda,cpu");

        Assert.Equal(0, result.ExitCode);
        AssertLine(result, error);
        Assert.Equal(Expected.Value, Records(Log));
    }

    [FailingDriverTheory]
    [InlineData("cuInit:803", true)]
    [InlineData("cuInit:999", true)]
    [InlineData("cuCtxCreate_v2:46", true)]
    [InlineData("cuInit:100", false)]
    public void AutoTakesTheCpuAndSaysWhy(string failure, bool isSaid)
    {
        CommandResult result = FailingDriver.Run(
            folder.Root, failure, $"{Sweep} --log log.msgpack", ("CUDA_VISIBLE_DEVICES", "-1"));

        Assert.Equal(0, result.ExitCode);
        if (isSaid)
            AssertLine(result, int.Parse(failure.Split(':')[1]));
        else
            Assert.Empty(FailingDriver.Said(result));

        Assert.Equal(Expected.Value, Records(Log));
    }

    [FailingDriverFact]
    public void DevicesShowsTheLibraryAndTheAnswer()
    {
        CommandResult result = FailingDriver.Run(folder.Root, "cuInit:803", "devices");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("cuInit answered 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH): ", result.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(FailingDriver.Folder, "libcuda.so.1"), result.Output, StringComparison.Ordinal);
    }

    [FailingDriverFact]
    public void DevicesSaysThatDevicesMayBeHidden()
    {
        CommandResult result = FailingDriver.Run(folder.Root, "cuInit:100", "devices", ("CUDA_VISIBLE_DEVICES", "-1"));

        Assert.Contains("CUDA_VISIBLE_DEVICES=-1 may hide it", result.Output, StringComparison.Ordinal);
    }

    [FailingDriverTheory]
    [InlineData("verify --device cuda", "cuLaunchKernel:719@3")]
    [InlineData("bench --device cuda --shape 6,2,10,8 --seconds 0.1", "cuModuleLoadDataEx:218")]
    [InlineData("train --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --max-steps 60 --device cuda --log log.msgpack", "cuLaunchKernel:700@2")]
    public void OtherCommandsFailInOneLine(string command, string failure)
    {
        CommandResult result = FailingDriver.Run(folder.Root, failure, command);

        Assert.Equal(1, result.ExitCode);
        AssertLine(result, int.Parse(failure.Split(':', '@')[1]));
        Assert.False(File.Exists(Log));
    }

    private CommandResult Run(string failure, string options) =>
        FailingDriver.Run(folder.Root, failure, $"{Sweep} --log log.msgpack {options}");

    private static void AssertLine(CommandResult result, int error)
    {
        string said = FailingDriver.Said(result);
        Assert.DoesNotContain("\n", said, StringComparison.Ordinal);
        Assert.Matches($@"answered {error}( \(|, )CUDA_ERROR_[A-Z_]+\)", said);
        Assert.Contains("; ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", said, StringComparison.Ordinal);
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

    /// <summary>On the CPU, to the records of a sweep that was never interrupted.</summary>
    private void AssertResumes()
    {
        string[] before = File.Exists(Log) ? Records(Log) : [];
        Assert.Subset(Expected.Value.ToHashSet(), before.ToHashSet());
        CommandResult resumed = ParityProcess.Run(folder.Root, [.. $"{Sweep} --device cpu --log log.msgpack --resume".Split(' ')]);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(Expected.Value, Records(Log));
    }

    private static string[] Records(string log) =>
    [
        .. ParityGpu.Sweep.ReadRuns(log)
            .OrderBy(run => run.Record.Seed)
            .Select(run => $"{run.Record} {string.Join(' ', run.Curve?.Points.Select(point => $"{point}") ?? [])}"),
    ];

    [GeneratedRegex(@"\S*parity-kernel-\S+\.log")]
    private static partial Regex CompilersLog();
}
