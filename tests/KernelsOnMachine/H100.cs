using ParityGpu.Banks;

namespace ParityGpu.KernelsOnMachine;

/// <summary>The GPU whose work is counted without one.</summary>
public static class H100
{
    private const int MostGroups = 32;
    private const int MostThreads = 2048;
    private const int SharedBytes = 228 << 10;
    private const int ReservedBytes = 1 << 10;

    /// <summary>What a group may take.</summary>
    public static GroupLimits Limits => new(1024, 232_448);

    /// <summary>Groups that a multiprocessor holds, by registers, threads and shared memory.</summary>
    /// <param name="launch">The kernel.</param>
    /// <param name="staticBytes">Shared memory that it declares.</param>
    public static int Groups(SimtLaunch launch, int staticBytes) => Math.Min(
        Math.Min(MostGroups, MostThreads / launch.Threads),
        Math.Min(launch.GroupsByRegisters, SharedBytes / (staticBytes + launch.DynamicBytes + ReservedBytes)));
}
