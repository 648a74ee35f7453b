namespace ParityGpu.Kernels.Simd;

/// <summary>Training on the counting path: two-layer ReLU networks.</summary>
public readonly struct CountingKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => CountingWorkspace.Bytes(shape);

    static bool ISlotWork.IsForTeams(LaunchShape shape) => CountingWorkspace.IsForTeams(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        buffers.States[slot] = new CountingRun<TVec, TLanes>(shape, scratch, buffers, team, slot).Advance(buffers.States[slot]);

    static unsafe void ISlotWork.Help<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        TeamPass<TVec, TLanes>.Help(
            ref *team,
            Workers.At(buffers.Runs, slot * RunLayout.RunFloats(shape)),
            CountingWorkspace.At(scratch, shape),
            shape,
            buffers.Settings[(long)slot * shape.InputPhases]);
}
