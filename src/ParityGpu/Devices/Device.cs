using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ParityGpu.Devices;

/// <summary>An opened device: an ILGPU accelerator and the context it lives in.</summary>
public sealed class Device : IDisposable
{
    private readonly Context context;
    private readonly bool ownsContext = true;

    /// <summary>
    /// Takes ownership of an accelerator.
    /// </summary>
    /// <param name="name">Name as accepted by <c>--device</c>.</param>
    /// <param name="description">The vendor's name for the device.</param>
    /// <param name="context">Disposed with the device.</param>
    /// <param name="accelerator">Disposed with the device.</param>
    public Device(string name, string description, Context context, Accelerator accelerator)
    {
        Name = name;
        Description = description;
        this.context = context;
        Accelerator = accelerator;
    }

    private Device(Device cpu, Accelerator accelerator)
        : this(cpu.Name, cpu.Description, cpu.context, accelerator) => ownsContext = false;

    /// <summary>Name as accepted by <c>--device</c>.</summary>
    public string Name { get; }

    /// <summary>The vendor's name for the device.</summary>
    public string Description { get; }

    /// <summary>Where kernels run.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Whether kernels run their SIMD bodies, on this machine's own cores.</summary>
    public bool IsCpu => Accelerator.AcceleratorType == AcceleratorType.CPU;

    /// <summary>CPU threads used; 0 on a GPU.</summary>
    public int Threads => IsCpu ? Accelerator.NumMultiprocessors : 0;

    /// <summary>
    /// Threads of a group for kernels with one thread per item: a warp if the device supports it. By default ILGPU
    /// takes the largest possible group, whose private memory some OpenCL drivers for CPUs cannot hold. One on
    /// ILGPU's CPU accelerator, where threads of larger groups wait for one another.
    /// </summary>
    public int ItemGroup => IsCpu ? 1 : Math.Min(32, Accelerator.MaxNumThreadsPerGroup);

    /// <summary>Some threads of a CPU, as a device of its own that is disposed before this one.</summary>
    public Device OpenLane(int threads) => new(this, new CPUDevice(2, 1, threads).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel));

    public void Dispose()
    {
        try
        {
            Accelerator.Dispose();
            if (ownsContext)
                context.Dispose();
        }
        catch (AcceleratorException)
        {
            // A failed device cannot free its memory; the sweep continues without it.
        }
    }
}
