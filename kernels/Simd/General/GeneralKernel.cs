namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Training on the general path. Networks, losses and optimizers are told apart by switches outside the inner loops, not by separate kernels.
/// </summary>
public readonly struct GeneralKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    static bool ISlotWork.IsForTeams(LaunchShape shape) => GeneralWorkspace.IsForTeams(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        buffers.States[slot] = GeneralRun<TVec, TLanes>.Leading(shape, scratch, buffers, team, slot).Advance(buffers.States[slot]);

    static unsafe void ISlotWork.Help<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        GeneralRun<TVec, TLanes>.Helping(shape, scratch, buffers, team, slot).Help();
}
