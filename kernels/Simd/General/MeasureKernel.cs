namespace ParityGpu.Kernels.Simd;

/// <summary>Measures the slots with a request (<see cref="MeasureRequest"/>), of either path, without changing them.</summary>
public readonly struct MeasureKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot)
    {
        int request = buffers.Requests[slot];
        if (request != MeasureRequest.None)
        {
            buffers.Measures[slot] = new GeneralRun<TVec, TLanes>(shape, GeneralWorkspace.At(scratch, shape), buffers, slot)
                .Measure(buffers.States[slot], request == MeasureRequest.ProgressAndGap);
        }
    }
}
