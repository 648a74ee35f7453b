using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ParityGpu.Devices;

namespace ParityGpu.Banks;

/// <summary>What a group of threads may take of a GPU.</summary>
/// <param name="Threads">Threads.</param>
/// <param name="DynamicBytes">Shared memory whose size a launch says; 0 where launches cannot.</param>
public readonly record struct GroupLimits(int Threads, int DynamicBytes)
{
    /// <summary>The largest group that every OpenCL GPU takes.</summary>
    private const int OpenCLThreads = 256;

    /// <summary>A device's limits.</summary>
    public static GroupLimits Of(Accelerator accelerator) => accelerator is CudaAccelerator cuda
        ? new(cuda.MaxNumThreadsPerGroup, CudaSharedMemory.BytesOfGroup(cuda))
        : new(Math.Min(OpenCLThreads, accelerator.MaxNumThreadsPerGroup), 0);
}
