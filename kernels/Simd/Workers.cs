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
    /// <param name="teams">[<see cref="TeamBytes{TWork}"/>], 0 at launch.</param>
    /// <typeparam name="TWork">What to do with each slot.</typeparam>
    public static void Kernel<TWork>(
        LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot, ArrayView<byte> teams)
        where TWork : ISlotWork => Run<TWork>(Grid.IdxX, Grid.DimX, true, shape, buffers, scratch, nextSlot, teams);

    /// <summary>The same without vectors, as a reference for checking the vector code.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static void ScalarKernel<TWork>(
        LaunchShape shape, RunBuffers buffers, ArrayView<byte> scratch, ArrayView<int> nextSlot, ArrayView<byte> teams)
        where TWork : ISlotWork => Run<TWork>(Grid.IdxX, Grid.DimX, false, shape, buffers, scratch, nextSlot, teams);

    /// <summary>Bytes of the slots' teams.</summary>
    public static long TeamBytes<TWork>(LaunchShape shape)
        where TWork : ISlotWork => TWork.IsForTeams(shape) ? shape.Slots * (long)sizeof(Team) : 0;

    // ILGPU compiles kernels to its own representation even for the CPU, and that representation has no vectors; it leaves intrinsics alone.
    [IntrinsicImplementation]
    private static void Run<TWork>(
        int worker,
        int workers,
        bool vectors,
        LaunchShape shape,
        RunBuffers buffers,
        ArrayView<byte> scratch,
        ArrayView<int> nextSlot,
        ArrayView<byte> teams)
        where TWork : ISlotWork
    {
        int lanes = vectors ? VectorLanes : ScalarLane.Count;
        byte* memory = At(scratch, worker * TWork.ScratchBytes(shape));
        Team* team = TWork.IsForTeams(shape) ? (Team*)At(teams, 0) : null;
        int helpers = Math.Max(0, workers - shape.Slots) / Math.Max(1, shape.Slots);
        if (lanes == Lanes512.Count)
            Run<TWork, Vector512<float>, Lanes512>(shape, buffers, memory, ref nextSlot[0], team, helpers);
        else if (lanes == Lanes256.Count)
            Run<TWork, Vector256<float>, Lanes256>(shape, buffers, memory, ref nextSlot[0], team, helpers);
        else if (lanes == Lanes128.Count)
            Run<TWork, Vector128<float>, Lanes128>(shape, buffers, memory, ref nextSlot[0], team, helpers);
        else
            Run<TWork, float, ScalarLane>(shape, buffers, memory, ref nextSlot[0], team, helpers);
    }

    private static void Run<TWork, TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* memory, ref int nextSlot, Team* teams, int helpers)
        where TWork : ISlotWork
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        for (int slot = Interlocked.Increment(ref nextSlot) - 1; slot < shape.Slots; slot = Interlocked.Increment(ref nextSlot) - 1)
        {
            if (teams != null)
                teams[slot].Expected = helpers;

            TWork.Do<TVec, TLanes>(shape, buffers, memory, teams == null ? null : teams + slot, slot);
            if (teams != null)
                teams[slot].End();
        }

        if (teams != null)
            Help<TWork, TVec, TLanes>(shape, buffers, memory, teams);
    }

    /// <summary>Helps the team with the fewest helpers, then the next, until all slots are done.</summary>
    private static void Help<TWork, TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* memory, Team* teams)
        where TWork : ISlotWork
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        var spinner = default(SpinWait);
        for (bool areAllOver = false; !areAllOver;)
        {
            areAllOver = true;
            int chosen = -1;
            for (int slot = 0; slot < shape.Slots; slot++)
            {
                areAllOver &= teams[slot].IsOver;
                if (teams[slot].IsOpen && (chosen < 0 || teams[slot].Helpers < teams[chosen].Helpers))
                    chosen = slot;
            }

            if (chosen < 0)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            teams[chosen].Join();
            TWork.Help<TVec, TLanes>(shape, buffers, memory, teams + chosen, chosen);
            teams[chosen].Leave();
            spinner.Reset();
        }
    }

    /// <summary>Address of an element; ILGPU's CPU buffers do not move.</summary>
    internal static T* At<T>(ArrayView<T> view, long index)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref view[index]);
}
