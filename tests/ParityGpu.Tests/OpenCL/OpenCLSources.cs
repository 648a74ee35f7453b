using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Tests.Cli;
using Xunit;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.OpenCL;

/// <summary>
/// The GPU kernels as the OpenCL C that a driver is given, written without a device and by a process of its own: ILGPU numbers
/// what it compiles, other compilations beside it shift the numbers and with them the order of some statements, and then a
/// compiler's registers differ by a few.
/// </summary>
public sealed class OpenCLSources : IDisposable
{
    /// <summary>First argument of the process.</summary>
    internal const string Command = "sources";

    private static readonly Dictionary<string, Delegate> Bodies = new()
    {
        ["counting"] = (Action<LaunchShape, RunBuffers, ArrayView<uint>>)Simt.CountingKernel.Fixed<Simt.Tiles.Of7>,
        ["general"] = Simt.GeneralKernel.Kernel,
        ["narrow"] = Simt.NarrowKernel.Kernel,
        ["one-unit"] = Simt.NarrowKernel.OneUnitKernel,
        ["general-measure"] = Simt.GeneralKernel.MeasureKernel,
        ["tasks"] = Simt.GeneralKernel.TaskKernel,
        ["tasks-measure"] = Simt.GeneralKernel.TaskMeasureKernel,
        ["transformer"] = Simt.GeneralKernel.TransformerKernel,
        ["transformer-measure"] = Simt.GeneralKernel.TransformerMeasureKernel,
    };

    private readonly TemporaryFolder folder = new();
    private readonly Lazy<(int ExitCode, string Text)> written;

    public OpenCLSources() => written = new(() => Tool.Run(Tool.Child([Command, folder.Root])));

    /// <summary>
    /// File of a kernel's source.
    /// </summary>
    /// <param name="kernel">A key of <see cref="Bodies"/>.</param>
    public string FileOf(string kernel)
    {
        Assert.True(written.Value.ExitCode == 0, written.Value.Text);
        return folder[FileName(kernel)];
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Writes every kernel's source into a folder. All vendors get the same but for those numbers.</summary>
    /// <returns>Exit code.</returns>
    internal static int Write(string folder)
    {
        var everything = new CLCapabilityContext(true, true, true, true, true);
        using var context = DeviceCatalog.CreateContext(builder => builder.CPU());
        using var backend = new CLBackend(context, everything, CLDeviceVendor.AMD, CLCVersion.CL20);
        foreach ((string name, var body) in Bodies)
        {
            var compiled = (CLCompiledKernel)DeviceKernels.Compile(context, backend, body.Method, isPerItem: false);
            File.WriteAllText(Path.Combine(folder, FileName(name)), compiled.Source);
        }

        return 0;
    }

    private static string FileName(string kernel) => kernel + ".cl";
}

/// <summary>The tests that compile these sources, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class OfflineTests : ICollectionFixture<OpenCLSources>
{
    public const string Name = "Offline compilers";
}
