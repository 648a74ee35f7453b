namespace ParityGpu.Kernels.Simd;

/// <summary>What a CPU worker does with a slot.</summary>
public interface ISlotWork
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    static abstract long ScratchBytes(LaunchShape shape);

    /// <summary>
    /// Works on one slot.
    /// </summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">The worker's scratch memory.</param>
    /// <param name="slot">Number of the slot.</param>
    /// <typeparam name="TVec">A register.</typeparam>
    /// <typeparam name="TLanes">The operations on it.</typeparam>
    internal static abstract unsafe void Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, int slot)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>;
}
