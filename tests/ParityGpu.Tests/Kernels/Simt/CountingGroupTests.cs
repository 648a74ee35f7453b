using ParityGpu.Kernels;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Kernels;

/// <summary>Sizes of groups and scratch of the SIMT body of the counting path.</summary>
public sealed class CountingGroupTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(32, 64)]
    [InlineData(33, 128)]
    [InlineData(100, 256)]
    [InlineData(160, 192)]
    [InlineData(3_000_000, 256)]
    public void Groups_are_whole_parts_and_at_most_256_threads(int width, int threads) =>
        Assert.Equal(threads, Simt.CountingKernel.GroupSize(new LaunchShape { Inputs = 30, Width = width, Batch = 32 }));

    [Fact]
    public void Scratch_of_huge_networks_is_counted_in_longs() =>
        Assert.Equal(
            (33L * 32) + (32L * 32) + (32L * 3_000_000),
            Simt.CountingKernel.ScratchWords(new LaunchShape { Inputs = 30, Width = 3_000_000, Batch = 1024 }));
}
