namespace ParityGpu.Kernels.Simd;

/// <summary>Measures the slots with a request (<see cref="MeasureRequest"/>), of either path, without changing them.</summary>
public readonly struct MeasureKernel : ISlotWork
{
    public static long ScratchBytes(LaunchShape shape) => GeneralWorkspace.Bytes(shape);

    static bool ISlotWork.IsForTeams(LaunchShape shape) => GeneralWorkspace.IsForTeams(shape);

    static unsafe void ISlotWork.Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot)
    {
        int request = buffers.Requests[slot];
        if (request != MeasureRequest.None)
        {
            buffers.Measures[slot] = GeneralRun<TVec, TLanes>.Leading(shape, scratch, buffers, team, slot)
                .Measure(buffers.States[slot], request == MeasureRequest.ProgressAndGap);
        }
    }

    static unsafe void ISlotWork.Help<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot) =>
        GeneralRun<TVec, TLanes>.Helping(shape, scratch, buffers, team, slot).Help();
}
