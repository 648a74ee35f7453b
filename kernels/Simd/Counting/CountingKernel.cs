using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>The counting path on ILGPU's CPU accelerator: training of two-layer ReLU networks by <see cref="Workers"/>.</summary>
public static unsafe class CountingKernel
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    public static long ScratchBytes(LaunchShape shape) => CountingWorkspace.Bytes(shape);

    /// <summary>
    /// Advances every slot by up to <see cref="LaunchShape.ChunkSteps"/> steps.
    /// </summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[workers][<see cref="ScratchBytes"/>].</param>
    /// <param name="nextSlot">A single counter, 0 at launch.</param>
    public static void Kernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, true, shape, buffers, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarKernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, false, shape, buffers, scratch, nextSlot);

    // ILGPU compiles kernels to its own representation even for the CPU, which knows no vectors; an intrinsic is left alone.
    [IntrinsicImplementation]
    private static void Work(
        int worker, bool vectors, LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Workers.Run<Training>(vectors, shape, buffers, ref scratch[worker * ScratchBytes(shape)], ref nextSlot[0]);

    private readonly struct Training : ISlotWork
    {
        public static void Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot)
            where TVec : unmanaged
            where TLanes : struct, ILanes<TVec> =>
            new CountingRun<TVec, TLanes>(
                shape,
                CountingWorkspace.At(scratch, shape),
                Workers.At(buffers.Runs, slot * RunLayout.RunFloats(shape)),
                Workers.At(buffers.Subsets, (long)slot * shape.SubsetStride),
                buffers.Settings[slot]).Advance(ref buffers.States[slot]);
    }
}
