using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

public sealed class MemoryTests
{
    private const string Sweep = "sweep --n 50 --k 3 --width 2000 --batch 8 --lr 0.1 --seeds 8 --max-steps 2 --quiet --format json";

    /// <summary>
    /// Too little for the first layers of the four runs that the driver's two multiprocessors hold, which lie there and in scratch memory;
    /// enough for two of them.
    /// </summary>
    private const int Memory = (4 * 2 * 2000 * 50 * sizeof(float)) - 1;

    /// <summary>A driver in front of the other one, after whose answer another program takes nearly everything.</summary>
    private const string Liar = """
        #include <stddef.h>
        int cuMemGetInfo_v2(size_t *available, size_t *all) { *available = *all = (size_t)1 << 36; return 0; }
        """;

    [CudaProcessFact]
    public void MemoryTakenInBetweenEndsInFewerSlots()
    {
        using var folder = new TemporaryFolder();
        FailingDriver.Compile(
            folder.Root, "libcuda.so", Liar, "-Wl,--no-as-needed", $"-L{CudaOnCpuDriver.Folder}", "-l:libcuda.so.1");
        (string Name, string Value)[] crowded =
        [
            ("LD_LIBRARY_PATH", $"{folder.Root}:{CudaOnCpuDriver.Folder}"),
            ("CUDA_ON_CPU_MEMORY", $"{Memory}"),
            ("CUDA_ON_CPU_TRACE", "1"),
        ];

        CommandResult few = FailingDriver.Run(folder.Root, null, $"{Sweep} --device cuda --log few.msgpack", crowded);
        CommandResult cpu = FailingDriver.Run(folder.Root, null, $"{Sweep} --device cpu --log cpu.msgpack");

        Assert.Equal(0, few.ExitCode);
        Assert.Contains("grid 2 1 1,", few.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("grid 4 1 1,", few.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("not enough memory", few.Error, StringComparison.Ordinal);
        Assert.Equal(cpu.Output, few.Output);
    }
}
