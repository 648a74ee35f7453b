using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace ParityGpu.Kernels;

/// <summary>The general path on ILGPU's CPU accelerator; workers take slots from a counter as in <see cref="MlpSimd"/>.</summary>
public static unsafe class NetSimd
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    public static long ScratchBytes(LaunchShape shape) => 64;

    public static void Kernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot)
    {
    }

    public static void ScalarKernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot)
    {
    }

    public static void MeasureKernel(
        LaunchShape shape, NetBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot)
    {
    }
}
