using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>How the SIMT body of the counting path divides its work.</summary>
public sealed class CountingGroupTests
{
    [Theory]
    [InlineData(1, 32, 32)]
    [InlineData(16, 2, 32)]
    [InlineData(16, 33, 96)]
    [InlineData(17, 32, 64)]
    [InlineData(100, 32, 64)]
    [InlineData(100, 1, 128)]
    [InlineData(200, 32, 128)]
    [InlineData(100, 128, 256)]
    [InlineData(1000, 32, 576)]
    [InlineData(3_000_000, 32, 256)]
    public void Groups_are_whole_parts(int width, int batch, int threads)
    {
        SimtLaunch launch = Plan(50, width, batch, H100.Limits);

        Assert.Equal(threads, launch.Threads);
        Assert.True(launch.DynamicBytes <= H100.Limits.DynamicBytes);
    }

    [Theory]
    [InlineData(100, 32, 232_448, "Shared")]
    [InlineData(16, 32, 49_152, "OneWarp")]
    [InlineData(16, 32, 0, "Fixed")]
    [InlineData(16, 1, 49_152, "OneSample")]
    [InlineData(1000, 32, 232_448, "Shared")]
    [InlineData(1000, 32, 49_152, "Fixed")]
    [InlineData(100, 32, 0, "Fixed")]
    [InlineData(100, 65_536, 232_448, "Global")]
    public void As_much_lies_in_shared_memory_as_fits(int width, int batch, int bytes, string kernel) =>
        Assert.Equal(kernel, Plan(50, width, batch, new GroupLimits(1024, bytes)).Body.Method.Name);

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(128)]
    public void A_multiprocessor_has_room_for_a_group_of_any_width(int batch) =>
        Assert.All(Enumerable.Range(1, 1200), width =>
        {
            SimtLaunch launch = Plan(50, width, batch, H100.Limits);
            Assert.InRange(H100.Groups(launch, staticBytes: 0), 1, 32);
        });

    [Fact]
    public void Scratch_of_huge_networks_is_counted_in_longs() =>
        Assert.True(Plan(30, 30_000_000, 32, H100.Limits).ScratchWords > 30_000_000L * 32);

    private static SimtLaunch Plan(int n, int width, int batch, GroupLimits limits) =>
        CountingLaunch.Of(new LaunchShape { Inputs = n, Width = width, Batch = batch }, limits);
}
