using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ParityGpu.Devices;

/// <summary>How much memory a device has.</summary>
public static class DeviceMemory
{
    /// <summary>In bytes: the device's own memory, or on a CPU what the system grants the program.</summary>
    public static long Total(Accelerator accelerator) => accelerator.AcceleratorType == AcceleratorType.CPU
        ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        : accelerator.MemorySize;

    /// <summary>Bytes that are free now; all of them if the device does not report it (<see cref="TellsFree"/>).</summary>
    /// <exception cref="CudaException">The device has failed.</exception>
    public static long Free(Accelerator accelerator) => accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Total(accelerator);

    /// <summary>Whether a device reports how much is free: CUDA does, OpenCL and ILGPU's CPU do not.</summary>
    public static bool TellsFree(Accelerator accelerator) => accelerator is CudaAccelerator;
}
