using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>
/// What a sweep calls once its device has started, with every error that cuda.h lists for it and every error that an earlier
/// kernel may have left to be told by a later call: the line, the exit code, the log, and what resuming it gives.
/// </summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class EveryDriverErrorTests : IDisposable
{
    /// <summary>Any call may return these on behalf of an earlier, asynchronous one.</summary>
    private static readonly int[] OfKernels = [214, 700, 702, 710, 714, 715, 716, 717, 718, 719, 999];

    private static readonly int[] OfCalls = [1, 3, 4, 201];

    private const int OutOfMemory = 2;

    /// <summary>Without curves: one kernel to compile.</summary>
    private const string Command = "sweep --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --seeds 12 --max-steps 60 --quiet";

    private static readonly Lazy<string[]> Expected = new(() => SmallSweep.RecordsOf(Command));

    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        CudaOnCpuDriver.SetHere("DEVICES", null);
        CudaOnCpuDriver.Set("FAIL", null);
        _ = CudaOnCpuDriver.Report();
        folder.Dispose();
    }

    [DeviceTheory]
    [InlineData("cuMemGetInfo_v2", 1)]
    [InlineData("cuStreamCreate", 1, OutOfMemory, 304)]
    [InlineData("cuMemAlloc_v2", 3, OutOfMemory, 800, 801)]
    [InlineData("cuModuleLoadDataEx", 1, OutOfMemory, 200, 209, 218, 220, 221, 222, 223, 300, 302, 303, 304, 500)]
    [InlineData("cuModuleGetFunction", 1, 400, 500)]
    [InlineData("cuOccupancyMaxActiveBlocksPerMultiprocessor", 1)]
    [InlineData("cuLaunchKernel", 3, 200, 209, 302, 303, 304, 400, 500, 701)]
    [InlineData("cuMemcpyAsync", 9, 400)]
    [InlineData("cuStreamSynchronize", 4, 400)]
    public void Its_line_its_exit_code_and_its_log(string function, int call, params int[] own)
    {
        CudaOnCpuDriver.SetHere("DEVICES", "1");
        int[] errors = [.. own, .. OfCalls, .. OfKernels];
        for (int i = 0; i < TestScale.Cases(errors.Length); i++)
        {
            // At a part of the full scale each function has other errors.
            int error = errors[(i + function.Length) % errors.Length];
            string log = folder[$"{error}.msgpack"];
            CudaOnCpuDriver.Set("FAIL", $"{function}:{error}@{call}");
            CommandResult lost = Train("cuda", log);
            CudaOnCpuDriver.Set("FAIL", null);

            bool isMemory = error == OutOfMemory;
            Assert.True(lost.ExitCode is 1 or 75 || (isMemory && lost.ExitCode == 2), $"{function}, {error}: {lost.ExitCode}: {lost.Error}");
            FailingDriver.AssertLine(lost, error);
            Assert.Equal(isMemory, lost.Error.Contains("not enough memory: ", StringComparison.Ordinal));
            Assert.Equal(isMemory, lost.Error.Contains(" MiB are free", StringComparison.Ordinal));
            if (File.Exists(log))
                Assert.Subset(Expected.Value.ToHashSet(), SmallSweep.Records(log).ToHashSet());

            Assert.Equal(0, Train("cpu", log, "--resume").ExitCode);
            Assert.Equal(Expected.Value, SmallSweep.Records(log));
        }

        foreach (string left in Directory.EnumerateFiles(Path.GetTempPath(), $"parity-kernel-*-{Environment.ProcessId}.log"))
            File.Delete(left);
    }

    private static CommandResult Train(string device, string log, params string[] options) =>
        CommandLine.Run([.. Command.Split(' '), "--device", device, "--log", log, .. options]);
}
