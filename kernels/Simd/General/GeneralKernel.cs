using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The general path on ILGPU's CPU accelerator: one worker per group of one thread; workers take slots from a shared counter until
/// none is left, as in <see cref="CountingKernel"/>. Every kind of network, loss and optimizer is a switch outside the inner loops, not a
/// kernel of its own.
/// </summary>
public static unsafe class GeneralKernel
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    /// <summary>Advances every slot by up to <see cref="LaunchShape.ChunkSteps"/> steps.</summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="requests">Not used.</param>
    /// <param name="measures">Not used.</param>
    /// <param name="scratch">[workers][<see cref="ScratchBytes"/>].</param>
    /// <param name="nextSlot">A single counter, 0 at launch.</param>
    public static void Kernel(
        LaunchShape shape, RunBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, true, false, shape, buffers, requests, measures, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarKernel(
        LaunchShape shape, RunBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, false, false, shape, buffers, requests, measures, scratch, nextSlot);

    /// <summary>Measures the slots with a request (<see cref="MeasureRequest"/>) without changing them.</summary>
    public static void MeasureKernel(
        LaunchShape shape, RunBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, true, true, shape, buffers, requests, measures, scratch, nextSlot);

    /// <summary>The same without vectors, to check the vectors against.</summary>
    public static void ScalarMeasureKernel(
        LaunchShape shape, RunBuffers buffers, ArrayView<int> requests, ArrayView<RunMeasure> measures, ArrayView<byte> scratch,
        ArrayView<int> nextSlot) =>
        Work(Grid.IdxX, false, true, shape, buffers, requests, measures, scratch, nextSlot);

    // ILGPU compiles kernels to its own representation even for the CPU, which knows no vectors; an intrinsic is left alone.
    [IntrinsicImplementation]
    private static void Work(
        int worker, bool vectors, bool measuring, LaunchShape shape, RunBuffers buffers, ArrayView<int> requests,
        ArrayView<RunMeasure> measures, ArrayView<byte> scratch, ArrayView<int> nextSlot)
    {
        int lanes = vectors ? CountingKernel.VectorLanes : ScalarLane.Count;
        var workspace = GeneralWorkspace.At((byte*)Unsafe.AsPointer(ref scratch[worker * ScratchBytes(shape)]), shape);
        ref int counter = ref nextSlot[0];
        for (int slot = Interlocked.Increment(ref counter) - 1; slot < shape.Slots; slot = Interlocked.Increment(ref counter) - 1)
        {
            if (measuring && requests[slot] == MeasureRequest.None)
                continue;

            if (lanes == Lanes512.Count)
                Slot<Vector512<float>, Lanes512>(slot, measuring, shape, workspace, buffers, requests, measures);
            else if (lanes == Lanes256.Count)
                Slot<Vector256<float>, Lanes256>(slot, measuring, shape, workspace, buffers, requests, measures);
            else if (lanes == Lanes128.Count)
                Slot<Vector128<float>, Lanes128>(slot, measuring, shape, workspace, buffers, requests, measures);
            else
                Slot<float, ScalarLane>(slot, measuring, shape, workspace, buffers, requests, measures);
        }
    }

    private static void Slot<TVec, TLanes>(
        int slot, bool measuring, in LaunchShape shape, in GeneralWorkspace workspace, in RunBuffers buffers, ArrayView<int> requests,
        ArrayView<RunMeasure> measures)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        var run = new GeneralRun<TVec, TLanes>(
            shape,
            workspace,
            buffers.Settings[slot],
            (float*)Unsafe.AsPointer(ref buffers.Runs[slot * RunLayout.RunFloats(shape)]),
            (int*)Unsafe.AsPointer(ref buffers.Subsets[(long)slot * shape.SubsetStride]),
            (SchedulePhase*)Unsafe.AsPointer(ref buffers.Phases[(long)slot * shape.Phases]),
            (float*)Unsafe.AsPointer(ref buffers.Coefficients[(long)slot * shape.Coefficients]),
            (uint*)Unsafe.AsPointer(ref buffers.Data[slot * RunLayout.DataWords(shape)]));
        if (measuring)
            measures[slot] = run.Measure(buffers.States[slot], requests[slot] == MeasureRequest.ProgressAndGap);
        else
            run.Advance(ref buffers.States[slot]);
    }
}
