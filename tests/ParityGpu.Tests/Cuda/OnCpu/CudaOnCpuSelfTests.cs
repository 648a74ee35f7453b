using System.Reflection;
using System.Runtime.InteropServices;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>What the driver for CPUs must find wrong.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class CudaOnCpuSelfTests
{
    private const int InvalidValue = 1;
    private const int InvalidPtx = 218;
    private const int IllegalAddress = 700;
    private const int Misaligned = 716;
    private const int LaunchFailed = 719;

    [DeviceFact]
    public void A_kernel_that_is_right_runs()
    {
        Assert.Equal((0, ""), Run("st.global.u32 [%rd1+60], %r1;"));
    }

    [DeviceTheory]
    [InlineData("st.global.u32 [%rd1+256], %r1;", IllegalAddress, "byte 256 of an allocation of 64 bytes")]
    [InlineData("ld.global.u32 %r1, [%rd1+256];", IllegalAddress, "byte 256 of an allocation of 64 bytes")]
    [InlineData("st.global.u32 [%rd1+64], %r1;", IllegalAddress, "written past the end of an allocation of 64 bytes")]
    [InlineData("st.global.u32 [%rd1+2], %r1;", Misaligned, "misaligned access")]
    [InlineData("st.shared.u32 [%rd2+16], %r1;", IllegalAddress, "outside of shared memory")]
    [InlineData("ld.shared.u32 %r1, [%rd2+-4];", IllegalAddress, "outside of shared memory")]
    [InlineData("@%p1 bar.sync 0;", LaunchFailed, "some threads ended while others wait at a barrier")]
    [InlineData("@%p1 bra $first;\nbar.sync 0;\nret;\n$first:\nbar.sync 0;", LaunchFailed, "threads wait at different barriers")]
    public void A_kernel_s_error_is_reported_and_stays(string instruction, int error, string line)
    {
        (int found, string report) = Run(instruction);
        Assert.Equal(error, found);
        Assert.Contains(line, report, StringComparison.Ordinal);
    }

    [DeviceFact]
    public void Freed_memory_is_watched()
    {
        using var context = new OneContext();
        using var kernel = new OneKernel("ld.global.u32 %r1, [%rd1];");
        nint freed = OneContext.Allocate(64);
        Assert.Equal(0, CudaApi.Free(freed));

        Assert.Equal(InvalidValue, CudaApi.Copy(freed, OneContext.Allocate(64), 64, 0));
        Assert.Contains("use after free", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
        Assert.Equal(InvalidValue, CudaApi.Free(freed));
        Assert.Contains("freed already", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
        Assert.Equal(0, kernel.Launch(freed, 8));
        Assert.Equal(IllegalAddress, CudaApi.Synchronize());
        Assert.Contains("use after free", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
    }

    [DeviceFact]
    public void Copies_stay_in_their_allocations()
    {
        using var context = new OneContext();
        nint small = OneContext.Allocate(60);
        nint large = OneContext.Allocate(64);

        Assert.Equal(0, CudaApi.Copy(small, large, 60, 0));
        Assert.Equal(InvalidValue, CudaApi.Copy(small, large, 61, 0));
        Assert.Equal(InvalidValue, CudaApi.Copy(large, small + 1, 60, 0));
        Assert.Equal(2, CudaOnCpuDriver.Report().Split("go beyond an allocation of 60 bytes").Length - 1);
    }

    [DeviceFact]
    public void Another_context_s_memory_is_refused()
    {
        using var first = new OneContext();
        nint theirs = OneContext.Allocate(64);
        using var second = new OneContext();
        using var kernel = new OneKernel("st.global.u32 [%rd1], %r1;");

        Assert.Equal(InvalidValue, CudaApi.Copy(OneContext.Allocate(64), theirs, 64, 0));
        Assert.Contains("of another context", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
        Assert.Equal(0, kernel.Launch(theirs, 8));
        Assert.Equal(IllegalAddress, CudaApi.Synchronize());
        Assert.Contains("another context's memory", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
    }

    [DeviceFact]
    public void What_a_context_leaves_is_reported()
    {
        using (new OneContext(isClean: true))
            _ = OneContext.Allocate(100);

        Assert.Contains("destroyed with 1 allocations of 100 bytes", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
    }

    [DeviceFact]
    public void Parameters_must_be_as_long_as_the_kernel_s()
    {
        using var context = new OneContext();
        using var kernel = new OneKernel("ld.global.u32 %r1, [%rd1];");

        Assert.Equal(InvalidValue, kernel.Launch(OneContext.Allocate(64), 4));
        Assert.Contains("4 bytes of parameters, the kernel has 8", CudaOnCpuDriver.Report(), StringComparison.Ordinal);
        Assert.Equal(0, CudaApi.Synchronize());
    }

    // A modifier that is not known may change the value: it must not be passed over.
    [DeviceTheory]
    [InlineData("frobnicate.u32 %r1, %r1;", "frobnicate.u32")]
    [InlineData("add.sat.s32 %r1, %r1, %r1;", ".sat of add.sat.s32")]
    [InlineData("add.rz.f32 %f1, %f1, %f1;", ".rz of add.rz.f32")]
    [InlineData("mul.rn.ftz.f32 %f1, %f1, %f1;", ".ftz of mul.rn.ftz.f32")]
    [InlineData("div.approx.f32 %f1, %f1, %f1;", ".approx of div.approx.f32")]
    [InlineData("barrier.red.popc.u32 %r1, 0, %p1;", ".red of barrier.red.popc.u32")]
    [InlineData("bar.sync 1;", "bar.sync")]
    [InlineData("atom.global.add.u32 %r1, [%rd1], %r1;", "atom.global.add.u32")]
    [InlineData("add.u32 %r1, %r1, %f1;", "%f1 as .u32")]
    [InlineData("ld.global.u32 %f1, [%rd1];", "%f1 as .u32")]
    public void What_is_not_known_is_named(string instruction, string name)
    {
        using var context = new OneContext();
        nint log = Marshal.AllocHGlobal(1000);
        try
        {
            Assert.Equal(InvalidPtx, CudaApi.LoadModule(out _, OneKernel.Ptx(instruction), 2, [5, 6], [log, 1000]));
            Assert.Contains(name, Marshal.PtrToStringUTF8(log)!, StringComparison.Ordinal);
            Assert.Contains(name, CudaOnCpuDriver.Report(), StringComparison.Ordinal);
        }
        finally
        {
            Marshal.FreeHGlobal(log);
        }
    }

    [DeviceFact]
    public void Everything_that_ilgpu_imports_is_there()
    {
        string[] imports =
        [
            .. typeof(ILGPU.Context).Assembly.GetTypes()
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(method => method.GetCustomAttribute<DllImportAttribute>())
                .Where(import => import?.Value == "cuda")
                .Select(import => import!.EntryPoint!)
                .Distinct(),
        ];

        Assert.NotEmpty(imports);
        nint library = NativeLibrary.Load(CudaOnCpuDriver.Name);
        Assert.All(imports, import => Assert.True(NativeLibrary.TryGetExport(library, import, out _), import));
    }

    /// <summary>The error of the calls after a launch, which must be the same for all, and the report.</summary>
    private static (int Error, string Report) Run(string instruction)
    {
        using var context = new OneContext();
        using var kernel = new OneKernel(instruction);
        nint memory = OneContext.Allocate(64);
        Assert.Equal(0, kernel.Launch(memory, 8));
        int error = CudaApi.Synchronize();
        Assert.Equal(error, CudaApi.Free(memory));
        Assert.Equal(error, CudaApi.Synchronize());
        return (error, CudaOnCpuDriver.Report());
    }
}
