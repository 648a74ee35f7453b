using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ParityGpu.Devices;
using ParityGpu.Kernels;

namespace ParityGpu.Banks;

/// <summary>A GPU kernel and what a launch of it needs.</summary>
/// <param name="Body">The kernel.</param>
/// <param name="Shape">Its first argument, except for the number of steps.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="DynamicBytes">Shared memory of a group beyond what the kernel itself declares.</param>
/// <param name="ScratchWords">Words of scratch memory of a slot.</param>
/// <param name="Registers">Registers per thread that CUDA's assembler may use.</param>
public sealed record SimtLaunch(Delegate Body, LaunchShape Shape, int Threads, int DynamicBytes, long ScratchWords, int Registers)
{
    /// <summary>Schedulers of a multiprocessor of any NVIDIA GPU since 2014; warps are dealt to them in turn.</summary>
    public const int Schedulers = 4;

    private const int SchedulerRegisters = 16_384;
    private const int WarpThreads = 32;

    /// <summary>Groups whose registers a multiprocessor has room for.</summary>
    public int GroupsByRegisters => Schedulers * WarpsOf(Registers) / (Threads / WarpThreads);

    /// <summary>What the assembler is told about launches.</summary>
    public KernelSpecialization Bounds => new(Threads, GroupsByRegisters);

    /// <summary>Warps whose threads' registers a scheduler has room for.</summary>
    public static int WarpsOf(int registers) => SchedulerRegisters / (WarpThreads * registers);

    /// <summary>Loads the kernel.</summary>
    /// <inheritdoc cref="DeviceKernels.Load(Accelerator, Delegate)"/>
    public Kernel Load(Accelerator accelerator) =>
        DeviceKernels.Load(accelerator, Body, accelerator is CudaAccelerator ? Bounds : KernelSpecialization.Empty, DynamicBytes);
}
