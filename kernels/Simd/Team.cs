namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Workers that train one run together, because fewer runs are left than workers: one leads, the others help. A pass over the weights is cut into
/// parts. Workers take them in order, work on them at the same time, and add to the run's sums in order, so that the bits are those of one worker.
/// All zero at the start of a launch.
/// </summary>
internal unsafe struct Team
{
    private const int Open = 1;
    private const int Over = 2;

    private int state;
    private int helpers;
    private int broken;

    // Parts are numbered through all passes of a launch: those before each number have been taken, may be taken, have been added.
    private long taken;
    private long published;
    private long added;

    /// <summary>Number of the pass's first part.</summary>
    public long FirstPart { get; private set; }

    /// <summary>What the pass does.</summary>
    public PassPlan Plan { get; private set; }

    /// <summary>The leader's workspace.</summary>
    public CountingWorkspace Workspace { get; private set; }

    public bool IsOpen => Volatile.Read(ref state) == Open;

    public bool IsOver => Volatile.Read(ref state) == Over;

    public int Helpers => Volatile.Read(ref helpers);

    /// <summary>Whether all that the pass has updated is finite.</summary>
    public bool IsFinite => Volatile.Read(ref broken) == 0;

    /// <summary>Lets other workers join.</summary>
    /// <param name="workspace">The leader's workspace.</param>
    public void Start(in CountingWorkspace workspace)
    {
        Workspace = workspace;
        Volatile.Write(ref state, Open);
    }

    /// <summary>Sends the helpers away.</summary>
    public void End() => Volatile.Write(ref state, Over);

    public void Join() => Interlocked.Increment(ref helpers);

    public void Leave() => Interlocked.Decrement(ref helpers);

    /// <summary>Starts a pass; the one before must be complete.</summary>
    public void Begin(in PassPlan plan, int parts)
    {
        Plan = plan;
        FirstPart = published;
        Volatile.Write(ref broken, 0);
        Volatile.Write(ref published, published + parts);
    }

    /// <summary>Takes the next part of the pass, if one is left.</summary>
    public bool TryTake(out long part)
    {
        part = Volatile.Read(ref taken);
        return part < Volatile.Read(ref published) && Interlocked.CompareExchange(ref taken, part + 1, part) == part;
    }

    /// <summary>Whether some part of the pass has not been taken.</summary>
    public bool HasParts => Volatile.Read(ref taken) < Volatile.Read(ref published);

    /// <summary>Waits until all parts before this one have been added.</summary>
    public void AwaitTurn(long part)
    {
        var spinner = default(SpinWait);
        while (Volatile.Read(ref added) != part)
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Says that a part is complete.</summary>
    public void Complete(long part, bool finite)
    {
        if (!finite)
            Volatile.Write(ref broken, 1);

        Volatile.Write(ref added, part + 1);
    }

    /// <summary>Waits until the pass is complete.</summary>
    public void AwaitEnd() => AwaitTurn(published);
}
