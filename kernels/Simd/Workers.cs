using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The workers of ILGPU's CPU accelerator: one per group of one thread. They take slots from a shared counter until none is left. What
/// they call is compiled with full optimisation at once: a worker that never leaves its core lets .NET's background compiler improve it
/// only after seconds.
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
    /// One worker's part of a launch.
    /// </summary>
    /// <param name="vectors">Whether to use vectors; without, the same bits come about one by one.</param>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">The worker's scratch memory starts here.</param>
    /// <param name="nextSlot">The shared counter, 0 at launch.</param>
    /// <typeparam name="TWork">What to do with each slot.</typeparam>
    internal static void Run<TWork>(bool vectors, LaunchShape shape, RunBuffers buffers, ref byte scratch, ref int nextSlot)
        where TWork : ISlotWork
    {
        int lanes = vectors ? VectorLanes : ScalarLane.Count;
        byte* memory = (byte*)Unsafe.AsPointer(ref scratch);
        for (int slot = Interlocked.Increment(ref nextSlot) - 1; slot < shape.Slots; slot = Interlocked.Increment(ref nextSlot) - 1)
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

    /// <summary>Where an element lies; ILGPU's CPU buffers do not move.</summary>
    internal static T* At<T>(ArrayView<T> view, long index)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref view[index]);
}
