namespace ParityGpu.PtxMachine;

/// <summary>What launches of a kernel execute, by instruction.</summary>
public sealed class WorkCounts(PtxKernel kernel)
{
    /// <summary>[instruction]: how often a warp executed it.</summary>
    public long[] Executions { get; } = new long[kernel.Instructions.Count];

    /// <summary>[instruction]: 32-byte sectors of global memory.</summary>
    public long[] Sectors { get; } = new long[kernel.Instructions.Count];

    /// <summary>[instruction]: passes through the 32 banks of shared memory, one each without bank conflicts.</summary>
    public long[] Wavefronts { get; } = new long[kernel.Instructions.Count];

    /// <summary>[instruction]: those of its wavefronts that only bank conflicts make necessary.</summary>
    public long[] Conflicts { get; } = new long[kernel.Instructions.Count];
}
