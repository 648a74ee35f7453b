using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The workers of ILGPU's CPU accelerator: one per group of one thread. They take slots from a shared counter
/// until none is left. Methods that they call are compiled with full optimisation from the start: a worker that
/// occupies its core keeps .NET's background compiler from improving them for seconds.
/// </summary>
public static unsafe class Workers
{
    /// <summary>Lanes of the widest vectors this process may use: 16, 8, 4 or 1.</summary>
    public static int VectorLanes =>
        Lanes512.IsSupported ? Lanes512.Count
        : Lanes256.IsSupported ? Lanes256.Count
        : Lanes128.IsSupported ? Lanes128.Count
        : ScalarLane.Count;

    /// <summary>
    /// One worker's part of a launch. Work that trains advances every slot by up to <see cref="LaunchShape.ChunkSteps"/> steps.
    /// </summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">[workers][<see cref="ISlotWork.ScratchBytes"/>].</param>
    /// <param name="nextSlot">A single counter, 0 at launch.</param>
    /// <typeparam name="TWork">What to do with each slot.</typeparam>
    public static void Kernel<TWork>(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot)
        where TWork : ISlotWork => Run<TWork>(Grid.IdxX, true, shape, buffers, scratch, nextSlot);

    /// <summary>The same without vectors, as a reference for checking the vector code.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static void ScalarKernel<TWork>(LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot)
        where TWork : ISlotWork => Run<TWork>(Grid.IdxX, false, shape, buffers, scratch, nextSlot);

    // ILGPU compiles kernels to its own representation even for the CPU, and that representation has no vectors; it leaves intrinsics alone.
    [IntrinsicImplementation]
    private static void Run<TWork>(
        int worker, bool vectors, LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot)
        where TWork : ISlotWork
    {
        int lanes = vectors ? VectorLanes : ScalarLane.Count;
        byte* memory = At(scratch, worker * TWork.ScratchBytes(shape));
        ref int next = ref nextSlot[0];
        for (int slot = Interlocked.Increment(ref next) - 1; slot < shape.Slots; slot = Interlocked.Increment(ref next) - 1)
        {
            if (lanes == Lanes512.Count)
                TWork.Do<Vector512<float>, Lanes512>(shape, buffers, memory, slot);
            else if (lanes == Lanes256.Count)
                TWork.Do<Vector256<float>, Lanes256>(shape, buffers, memory, slot);
            else if (lanes == Lanes128.Count)
                TWork.Do<Vector128<float>, Lanes128>(shape, buffers, memory, slot);
            else
                TWork.Do<float, ScalarLane>(shape, buffers, memory, slot);
        }
    }

    /// <summary>Address of an element; ILGPU's CPU buffers do not move.</summary>
    internal static T* At<T>(ArrayView<T> view, long index)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref view[index]);
}
