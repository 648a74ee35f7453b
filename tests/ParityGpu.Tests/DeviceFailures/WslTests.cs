using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

/// <summary>
/// Start-up as under WSL 2, where ILGPU looks for the driver in a folder of its own: /proc/version says Microsoft and
/// /usr/lib/wsl/lib has a driver that does not start.
/// </summary>
public sealed class WslTests
{
    [WslTheory]
    [InlineData(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH")]
    [InlineData(999, "CUDA_ERROR_UNKNOWN")]
    [InlineData(100, "CUDA_ERROR_NO_DEVICE")]
    public void TheCpuWorksAndTheLineSaysWhyCudaDoesNot(int error, string name)
    {
        using var folder = new TemporaryFolder();
        FailingDriver.Compile(
            folder.Root,
            "libcuda.so.1",
            $$"""
            int cuInit(unsigned flags) { return {{error}}; }
            int cuDeviceGetCount(int *count) { *count = 0; return {{error}}; }
            int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
            """);
        File.WriteAllText(folder["version"], "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@x) (gcc) #1 SMP\n");

        CommandResult result = ParityProcess.RunShell(folder.Root, """
            test -d /usr/lib/wsl || made=1
            unshare -m bash -e -c '
            mount --bind version /proc/version
            mkdir -p /usr/lib/wsl
            mount -t tmpfs none /usr/lib/wsl
            mkdir /usr/lib/wsl/lib
            cp libcuda.so.1 /usr/lib/wsl/lib/
            "$0" "$1" devices
            "$0" "$1" sweep --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --seeds 2 --max-steps 20 --quiet --format json --log log.msgpack' "$0" "$1"
            code=$?
            test -z "$made" || rmdir /usr/lib/wsl
            exit $code
            """);

        Assert.Equal(0, result.ExitCode);
        string answer = $"cuInit returned {error} ({name})";
        Assert.Contains($"cuda: {answer}", result.Output, StringComparison.Ordinal);
        Assert.Contains("/usr/lib/wsl/lib/libcuda.so.1", result.Output, StringComparison.Ordinal);
        Assert.Contains($"cuda: not used: {answer}", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["log.msgpack"]));
    }

    /// <summary>Needs to mount: skipped without the rights, and without gcc.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class WslTheoryAttribute : TheoryAttribute
    {
        private static readonly string? Missing =
            OperatingSystem.IsLinux() && Succeeds("gcc --version && unshare -m mount -t tmpfs none /mnt")
                ? null
                : "needs Linux, gcc and the right to mount (unshare -m)";

        public WslTheoryAttribute() => Skip = Missing;

        private static bool Succeeds(string script) => ParityProcess.RunShell(Path.GetTempPath(), script).ExitCode == 0;
    }
}
