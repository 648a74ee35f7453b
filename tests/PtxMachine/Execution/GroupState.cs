namespace ParityGpu.PtxMachine;

/// <summary>What the warps of one group share.</summary>
internal sealed class GroupState(Machine machine, PtxKernel kernel, byte[] arguments, int index, int groups, int threads, int dynamicBytes)
{
    public Machine Machine { get; } = machine;

    public PtxKernel Kernel { get; } = kernel;

    public WorkCounts Counts { get; } = machine.CountsOf(kernel);

    public byte[] Arguments { get; } = arguments;

    public int Index { get; } = index;

    public int Groups { get; } = groups;

    public int Threads { get; } = threads;

    /// <summary>Shared memory that the launch asked for.</summary>
    public int DynamicBytes { get; } = dynamicBytes;

    /// <summary>Shared memory, full of what no kernel should read.</summary>
    public byte[] Shared { get; } = Filled(kernel.SharedBytes + dynamicBytes);

    public AccessLog SharedLog { get; } = new(kernel.SharedBytes + dynamicBytes);

    /// <summary>Number of the stretch between two barriers: rises throughout the life of a machine.</summary>
    public long Interval { get; set; }

    /// <summary>The interval that the launch began with.</summary>
    public long LaunchStart { get; init; }

    /// <summary>The interval that the group began with.</summary>
    public long GroupStart { get; init; }

    private static byte[] Filled(int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, (byte)0xA5);
        return bytes;
    }
}
