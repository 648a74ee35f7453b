namespace ParityGpu.PtxMachine;

/// <summary>
/// A GPU as PTX describes it: groups one after the other, the warps of a group in turn from barrier to barrier. What the PTX manual leaves
/// undefined ends a launch with a <see cref="PtxException"/>.
/// </summary>
public sealed class Machine
{
    private readonly Dictionary<PtxKernel, WorkCounts> counts = [];
    private long interval;

    public GlobalMemory Memory { get; } = new();

    /// <summary>Whether sectors and wavefronts are counted, besides executions.</summary>
    public bool CountsAccesses { get; init; }

    /// <summary>What the launches of a kernel have executed.</summary>
    public WorkCounts CountsOf(PtxKernel kernel)
    {
        if (!counts.TryGetValue(kernel, out var work))
            counts[kernel] = work = new WorkCounts(kernel);

        return work;
    }

    /// <summary>Launches a kernel and waits for its end.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="groups">Groups of threads.</param>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="arguments">The kernel's parameters, one after the other with their padding.</param>
    /// <param name="dynamicBytes">Shared memory of a group whose size the launch says.</param>
    /// <exception cref="PtxException">The kernel does what PTX does not define.</exception>
    public void Launch(PtxKernel kernel, int groups, int threads, byte[] arguments, int dynamicBytes = 0)
    {
        if (arguments.Length != kernel.ParameterBytes)
            throw new ArgumentException($"{arguments.Length} bytes of arguments, {kernel.Name} takes {kernel.ParameterBytes}", nameof(arguments));

        long launchStart = ++interval;
        for (int index = 0; index < groups; index++)
        {
            var group = new GroupState(this, kernel, arguments, index, groups, threads, dynamicBytes)
            {
                LaunchStart = launchStart,
                GroupStart = ++interval,
                Interval = interval,
            };
            Run(group);
        }
    }

    private void Run(GroupState group)
    {
        Warp[] warps = [.. Enumerable.Range(0, (group.Threads + Warp.Size - 1) / Warp.Size).Select(index => new Warp(group, index))];
        while (true)
        {
            foreach (var warp in warps)
                warp.Run();

            if (warps.All(warp => warp.Live == 0))
                return;

            var barrier = warps.First(warp => warp.Barrier is not null).Barrier!;
            if (warps.FirstOrDefault(warp => warp.Barrier != barrier) is { } other)
            {
                throw barrier.Error(other.Barrier is null
                    ? "divergent barrier: another warp has ended"
                    : $"divergent barrier: another warp waits at line {other.Barrier.Line}");
            }

            group.Interval = ++interval;
        }
    }
}
