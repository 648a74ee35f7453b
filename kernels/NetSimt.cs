using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>The general path on GPUs: one group of threads per slot. Follows NUMERICS.md operation by operation.</summary>
public static class NetSimt
{
    /// <summary>Threads of a slot's group.</summary>
    public static int GroupSize(LaunchShape shape) => 128;

    /// <summary>32-bit words of scratch per slot.</summary>
    public static long ScratchWords(LaunchShape shape) => 1;

    public static void Kernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<uint> scratch)
    {
    }

    public static void MeasureKernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<uint> scratch)
    {
    }
}
