using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Cuda;
using ParityGpu.Tests.Kernels;
using Xunit;
using Xunit.Abstractions;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Devices;

/// <summary>Kernels' code on disk, on a GPU's backend.</summary>
public abstract class KernelCacheTests(Device device) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int compilations;

    private static EntryPointDescription Fuse => EntryPointDescription.FromImplicitlyGroupedKernel(typeof(SelfCheck).GetMethod(nameof(SelfCheck.Fuse))!);

    private string Place => Path.Combine(folder.Root, "deep", "kernels");

    [DeviceFact]
    public void Code_that_is_there_is_not_compiled_again()
    {
        CompiledKernel first = Get(Place);
        string file = Assert.Single(Directory.GetFiles(Place));
        byte[] content = File.ReadAllBytes(file);
        CompiledKernel second = Get(Place);

        Assert.Equal(1, compilations);
        Assert.Equal(DeviceCode.TextOf(first), DeviceCode.TextOf(second));
        Assert.Equal(DeviceCode.SharedMemoryOf(first), DeviceCode.SharedMemoryOf(second));
        Assert.Equal(content, File.ReadAllBytes(Assert.Single(Directory.GetFiles(Place))));
        Assert.Equal(7f, Fused(first));
        Assert.Equal(7f, Fused(second));
    }

    [DeviceTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    public void A_file_that_something_changed_is_written_anew(int length)
    {
        Get(Place);
        string file = Assert.Single(Directory.GetFiles(Place));
        byte[] content = File.ReadAllBytes(file);
        File.WriteAllBytes(file, content[..length]);
        Get(Place);
        Get(Place);

        Assert.Equal(2, compilations);
        Assert.Equal(file, Assert.Single(Directory.GetFiles(Place)));
    }

    [DeviceTheory]
    [InlineData(" 0 False\n", " 16 False\n")]
    [InlineData(" 0 False\n", " none False\n")]
    public void A_file_whose_shared_memory_something_changed_is_written_anew(string written, string changed)
    {
        Get(Place);
        string file = Assert.Single(Directory.GetFiles(Place));
        string content = File.ReadAllText(file);
        Assert.Contains(written, content, StringComparison.Ordinal);
        File.WriteAllText(file, content.Replace(written, changed, StringComparison.Ordinal));
        CompiledKernel again = Get(Place);

        Assert.Equal(2, compilations);
        Assert.Equal(0, DeviceCode.SharedMemoryOf(again).StaticSize);
    }

    [DeviceFact]
    public void Code_for_other_launches_is_another_file()
    {
        Get(Place);
        KernelCache.Get(Place, device.Accelerator, Fuse, new KernelSpecialization(64, 4), Compile);

        Assert.Equal(2, compilations);
        Assert.Equal(2, Directory.GetFiles(Place).Length);
    }

    [DeviceFact]
    public void Without_a_place_kernels_are_compiled_every_time()
    {
        string file = Path.Combine(folder.Root, "file");
        File.WriteAllText(file, "");
        foreach (string? place in new[] { null, Path.Combine(file, "kernels") })
        {
            compilations = 0;
            Get(place);
            Get(place);

            Assert.Equal(2, compilations);
        }

        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Root));
    }

    [DeviceFact]
    public void Files_that_nobody_reads_go_when_another_is_written()
    {
        Directory.CreateDirectory(Place);
        string old = Path.Combine(Place, "old.ptx");
        string recent = Path.Combine(Place, "recent.ptx");
        File.WriteAllText(old, "");
        File.WriteAllText(recent, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-61));
        File.SetLastWriteTimeUtc(recent, DateTime.UtcNow.AddDays(-59));
        Get(Place);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(recent));
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private CompiledKernel Get(string? place) => KernelCache.Get(place, device.Accelerator, Fuse, default, Compile);

    private CompiledKernel Compile()
    {
        compilations++;
        return DeviceKernels.Compile(device.Accelerator.Context, device.Accelerator.GetBackend(), Fuse.MethodSource, isPerItem: true);
    }

    /// <summary>2·3 + 1 by the kernel.</summary>
    private float Fused(CompiledKernel compiled)
    {
        Accelerator accelerator = device.Accelerator;
        using var inputs = accelerator.Allocate1D([2f, 3f, 1f]);
        using var outputs = accelerator.Allocate1D<float>(1);
        using var kernel = accelerator.LoadImplicitlyGroupedKernel(compiled, 1);
        kernel.CreateLauncherDelegate<Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>>>()(
            accelerator.DefaultStream, 1, inputs.View, outputs.View);
        accelerator.Synchronize();
        return outputs.GetAsArray1D()[0];
    }
}

/// <summary>In OpenCL C.</summary>
[Collection(PoclTests.Name)]
public sealed class KernelCacheOpenCLTests(PoclDevice pocl) : KernelCacheTests(pocl.Device);

/// <summary>In PTX.</summary>
[Collection(CudaOnCpuTests.Name)]
public sealed class KernelCacheCudaTests(CudaOnCpuDevice cuda, ITestOutputHelper output) : KernelCacheTests(cuda.Next(output))
{
    [CudaProcessFact]
    public void A_second_process_reads_what_the_first_one_compiled()
    {
        using var folder = new TemporaryFolder();
        string place = Path.Combine(folder.Root, "kernels");
        var variables = CudaOnCpuDriver.Environment.ToDictionary();
        variables[KernelCache.Variable] = place;
        string first = Sweep(folder.Root, variables);
        string file = Assert.Single(Directory.GetFiles(place));
        Assert.EndsWith(".ptx", file, StringComparison.Ordinal);
        DateTime read = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(file, read);
        string second = Sweep(folder.Root, variables);

        Assert.Equal(first, second);
        Assert.Equal([file], Directory.GetFiles(place));
        Assert.True(File.GetLastWriteTimeUtc(file) > read);
    }

    private static string Sweep(string folder, IReadOnlyDictionary<string, string> variables)
    {
        using ParityProcess parity = ParityProcess.Start(
            folder, variables, "sweep", "--n", "10", "--k", "2", "--width", "8", "--seeds", "4", "--max-steps", "20", "--device", "cuda", "--quiet", "--format", "json");
        CommandResult result = parity.Wait();
        Assert.Equal(0, result.ExitCode);
        return result.Output;
    }
}
