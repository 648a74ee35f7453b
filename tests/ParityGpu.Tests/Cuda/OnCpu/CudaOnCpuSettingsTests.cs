using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>What the driver's settings show: rounding that is left open, races, memory that nobody has written.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class CudaOnCpuSettingsTests : IDisposable
{
    /// <summary>1 + 2^-12, whose square is 1 + 2^-11 + 2^-24, of which a float keeps the first two terms.</summary>
    private const uint Value = 0x3F800800;

    private readonly OneContext context = new();

    public void Dispose()
    {
        foreach (string name in new[] { "CONTRACT", "ORDER", "FILL" })
            CudaOnCpuDriver.SetHere(name, null);

        context.Dispose();
    }

    [DeviceTheory]
    [InlineData("0", "", 0)]
    [InlineData("1", "", 0x33800000)]
    [InlineData("0", ".rn", 0)]
    [InlineData("1", ".rn", 0)]
    public void A_product_and_a_sum_become_one_fma_if_asked_to_and_allowed_to(string contract, string rounding, uint expected)
    {
        CudaOnCpuDriver.SetHere("CONTRACT", contract);
        string kernel = $"""
            ld.global.f32 %f1, [%rd1];
            mul{rounding}.f32 %f2, %f1, %f1;
            add{rounding}.f32 %f3, %f2, 0fBF801000;
            bar.sync 0;
            st.global.f32 [%rd1], %f3;
            """;

        Assert.Equal(expected, Run(kernel, Value));
    }

    [DeviceTheory]
    [InlineData("0", 1)]
    [InlineData("1", 0)]
    public void The_last_thread_of_a_race_depends_on_the_order(string order, uint last)
    {
        CudaOnCpuDriver.SetHere("ORDER", order);

        Assert.Equal(last, Run("st.global.u32 [%rd1], %r1;", 7));
    }

    [DeviceTheory]
    [InlineData("0", 0)]
    [InlineData("205", 0xCDCDCDCD)]
    [InlineData("255", 0xFFFFFFFF)]
    public void Device_and_shared_memory_start_filled(string fill, uint expected)
    {
        CudaOnCpuDriver.SetHere("FILL", fill);

        Assert.Equal(expected, Run("", null));
        Assert.Equal(expected, Run("ld.shared.u32 %r1, [%rd2];\nst.global.u32 [%rd1], %r1;", 7));
    }

    /// <summary>The first word of memory after a kernel.</summary>
    private static unsafe uint Run(string instructions, uint? before)
    {
        using var kernel = new OneKernel(instructions);
        nint memory = OneContext.Allocate(sizeof(uint));
        if (before is { } value)
            Assert.Equal(0, CudaApi.Copy(memory, (nint)(&value), sizeof(uint), 0));

        Assert.Equal(0, kernel.Launch(memory, 8));
        uint after;
        Assert.Equal(0, CudaApi.Copy((nint)(&after), memory, sizeof(uint), 0));
        Assert.Equal(0, CudaApi.Free(memory));
        Assert.Equal("", CudaOnCpuDriver.Report());
        return after;
    }
}
