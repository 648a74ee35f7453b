using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Kernels;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

public sealed class OpenCLRefusalTests
{
    /// <summary>PoCL's compiler is told to stumble over a word that the training kernels have and ILGPU's trial kernels do not.</summary>
    [PoclProcessFact]
    public void AKernelThatIsNotTakenHasItsCompilersLogInAFile()
    {
        using var folder = new TemporaryFolder();

        CommandResult result = ParityProcess.RunShell(folder.Root, """
            export TMPDIR=$PWD POCL_EXTRA_BUILD_FLAGS='-Dgoto=)'
            exec "$0" "$1" sweep --n 6 --k 2 --width 10 --batch 8 --lr 0.1 --seeds 2 --max-steps 20 --quiet --device opencl:0 --log log.msgpack
            """);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the driver returned -11 (CL_BUILD_PROGRAM_FAILURE): ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("not enough", result.Error, StringComparison.Ordinal);
        string log = Assert.Single(folder.Files, name => name.StartsWith("parity-kernel-", StringComparison.Ordinal));
        Assert.Contains(folder[log], result.Error, StringComparison.Ordinal);
        string text = File.ReadAllText(folder[log]);
        Assert.Contains("error:", text, StringComparison.Ordinal);
        Assert.Contains("kernel void", text, StringComparison.Ordinal);
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PoclProcessFactAttribute : FactAttribute
    {
        public PoclProcessFactAttribute() => Skip = PoclDevice.MissingReason;
    }
}
