namespace ParityGpu.Kernels.Simd;

/// <summary>Training on the counting path: two-layer ReLU networks.</summary>
public readonly struct CountingKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => CountingWorkspace.Bytes(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot) =>
        buffers.States[slot] = new CountingRun<TVec, TLanes>(shape, CountingWorkspace.At(scratch, shape), buffers, slot)
            .Advance(buffers.States[slot]);
}
