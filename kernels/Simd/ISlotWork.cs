namespace ParityGpu.Kernels.Simd;

/// <summary>What a CPU worker does with a slot.</summary>
public interface ISlotWork
{
    /// <summary>Bytes of scratch memory per worker.</summary>
    static abstract long ScratchBytes(LaunchShape shape);

    /// <summary>Whether workers without a slot help the others.</summary>
    static virtual bool IsForTeams(LaunchShape shape) => false;

    /// <summary>
    /// Works on one slot.
    /// </summary>
    /// <param name="shape">Shapes of networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="scratch">The worker's scratch memory.</param>
    /// <param name="team">The slot's team; null without teams.</param>
    /// <param name="slot">Number of the slot.</param>
    /// <typeparam name="TVec">A register.</typeparam>
    /// <typeparam name="TLanes">The operations on it.</typeparam>
    internal static abstract unsafe void Do<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>;

    /// <summary>Helps the worker that works on a slot, until that is over; called only where <see cref="IsForTeams"/>.</summary>
    /// <inheritdoc cref="Do"/>
    internal static virtual unsafe void Help<TVec, TLanes>(in LaunchShape shape, in RunBuffers buffers, byte* scratch, Team* team, int slot)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec> => throw new NotSupportedException();
}
