namespace ParityGpu.Kernels.Simd;

/// <summary>Training on the general path. Every kind of network, loss and optimizer is a switch outside the inner loops, not a kernel of its own.</summary>
public readonly struct GeneralKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot) =>
        buffers.States[slot] = new GeneralRun<TVec, TLanes>(shape, GeneralWorkspace.At(scratch, shape), buffers, slot)
            .Advance(buffers.States[slot]);
}
