namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Training on the general path. Networks, losses and optimizers are told apart by switches outside the inner loops, not by separate kernels.
/// </summary>
public readonly struct GeneralKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        buffers.States[slot] = new GeneralRun<TVec, TLanes>(shape, GeneralWorkspace.At(scratch, shape), buffers, slot)
            .Advance(buffers.States[slot]);
}
