using ILGPU.Runtime.CPU;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Kernels;

/// <summary>Groups and scratch of the SIMT body, without a GPU's backend.</summary>
public sealed class CountingGroupTests
{
    [Fact]
    public void SimulatedThreadsGiveTheBitsOfTheCanon()
    {
        // ILGPU's CPU accelerator: every thread of the group is a thread of the operating system, so little is trained.
        using var context = DeviceCatalog.CreateContext(
            builder => builder.CPU(new CPUDevice(4, Simt.GroupThread.PartThreads / 4, 1)));
        using var accelerator = context.GetCPUDevice(0).CreateCPUAccelerator(context);
        CountingSimtTests.AssertCanonical(accelerator, 5, 18, 33, chunk: 2, launches: 1, [new(CountingPoints.Settings(1, 5, 18, 33), [0, 3])]);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(32, 64)]
    [InlineData(33, 128)]
    [InlineData(100, 256)]
    [InlineData(160, 192)]
    [InlineData(3_000_000, 256)]
    public void GroupsAreWholePartsAndAtMost256Threads(int width, int threads) =>
        Assert.Equal(threads, Simt.CountingKernel.GroupSize(new LaunchShape { Inputs = 30, Width = width, Batch = 32 }));

    [Fact]
    public void ScratchOfHugeNetworksIsCountedInLongs() =>
        Assert.Equal(
            (33L * 32) + (32L * 32) + (32L * 3_000_000),
            Simt.CountingKernel.ScratchWords(new LaunchShape { Inputs = 30, Width = 3_000_000, Batch = 1024 }));
}
