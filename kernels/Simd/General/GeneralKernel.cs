using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The general path on ILGPU's CPU accelerator, by <see cref="Workers"/>. Every kind of network, loss and optimizer is a switch outside the
/// inner loops, not a kernel of its own.
/// </summary>
public static unsafe class GeneralKernel
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    /// <summary>Advances every slot by up to <see cref="LaunchShape.ChunkSteps"/> steps.</summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[workers][<see cref="ScratchBytes"/>].</param>
    /// <param name="nextSlot">A single counter, 0 at launch.</param>
    public static void Kernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Train(Grid.IdxX, true, shape, buffers, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarKernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Train(Grid.IdxX, false, shape, buffers, scratch, nextSlot);

    /// <summary>Measures the slots with a request (<see cref="MeasureRequest"/>) without changing them.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static void MeasureKernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Measure(Grid.IdxX, true, shape, buffers, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarMeasureKernel(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Measure(Grid.IdxX, false, shape, buffers, scratch, nextSlot);

    // ILGPU compiles kernels to its own representation even for the CPU, which knows no vectors; an intrinsic is left alone.
    [IntrinsicImplementation]
    private static void Train(
        int worker, bool vectors, LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Workers.Run<Training>(vectors, shape, buffers, ref scratch[worker * ScratchBytes(shape)], ref nextSlot[0]);

    [IntrinsicImplementation]
    private static void Measure(
        int worker, bool vectors, LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot) =>
        Workers.Run<Measuring>(vectors, shape, buffers, ref scratch[worker * ScratchBytes(shape)], ref nextSlot[0]);

    private readonly struct Training : ISlotWork
    {
        public static void Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot)
            where TVec : unmanaged
            where TLanes : struct, ILanes<TVec> =>
            new GeneralRun<TVec, TLanes>(shape, GeneralWorkspace.At(scratch, shape), buffers, slot).Advance(ref buffers.States[slot]);
    }

    private readonly struct Measuring : ISlotWork
    {
        public static void Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot)
            where TVec : unmanaged
            where TLanes : struct, ILanes<TVec>
        {
            int request = buffers.Requests[slot];
            if (request != MeasureRequest.None)
            {
                buffers.Measures[slot] = new GeneralRun<TVec, TLanes>(shape, GeneralWorkspace.At(scratch, shape), buffers, slot)
                    .Measure(buffers.States[slot], request == MeasureRequest.ProgressAndGap);
            }
        }
    }
}
