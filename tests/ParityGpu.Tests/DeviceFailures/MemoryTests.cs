using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.DeviceFailures;

public sealed class MemoryTests
{
    private const string Sweep = "sweep --n 50 --k 3 --width 2000 --batch 8 --lr 0.1 --seeds 8 --max-steps 2 --quiet --format json";

    /// <summary>A driver in front of the other one, after whose answer another program takes nearly everything.</summary>
    private const string Liar = """
        #include <stddef.h>
        int cuMemGetInfo_v2(size_t *available, size_t *all) { *available = *all = (size_t)1 << 36; return 0; }
        """;

    [FailingDriverFact]
    public void MemoryTakenInBetweenEndsInFewerSlots()
    {
        using var folder = new TemporaryFolder();
        FailingDriver.Compile(
            folder.Root, "libcuda.so", Liar, "-Wl,--no-as-needed", $"-L{FailingDriver.Folder}", "-l:libcuda.so.1");
        (string Name, string Value)[] crowded =
        [
            ("LD_LIBRARY_PATH", $"{folder.Root}:{FailingDriver.Folder}"),
            ("CUDA_ON_CPU_MEMORY", $"{3 << 20}"),
        ];

        CommandResult few = FailingDriver.Run(folder.Root, null, $"{Sweep} --device cuda --log few.msgpack", crowded);
        CommandResult cpu = FailingDriver.Run(folder.Root, null, $"{Sweep} --device cpu --log cpu.msgpack");

        Assert.Equal(0, few.ExitCode);
        Assert.DoesNotContain("too little memory", few.Error, StringComparison.Ordinal);
        Assert.Equal(cpu.Output, few.Output);
    }
}
