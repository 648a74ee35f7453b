using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ParityGpu.Devices;

namespace ParityGpu.Banks;

/// <summary>The resources of a GPU that a group of threads may use.</summary>
/// <param name="Threads">Threads.</param>
/// <param name="DynamicBytes">Shared memory whose size is set by the launch; 0 where launches cannot set it.</param>
public readonly record struct GroupLimits(int Threads, int DynamicBytes)
{
    /// <summary>The largest group that every OpenCL GPU supports.</summary>
    private const int OpenCLThreads = 256;

    /// <summary>A device's limits.</summary>
    public static GroupLimits Of(Accelerator accelerator) => accelerator is CudaAccelerator cuda
        ? new(cuda.MaxNumThreadsPerGroup, CudaSharedMemory.BytesOfGroup(cuda))
        : new(Math.Min(OpenCLThreads, accelerator.MaxNumThreadsPerGroup), 0);
}
