namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Workers that train one run together, because fewer runs are left than workers: one leads, the others help. The leader cuts each pass over the
/// run's weights or samples into parts, on which workers work at the same time. Parts that add to the same sums are taken in order and wait for their
/// turn, so that the bits are those of one worker. Parts that share nothing are taken in any order: each worker begins with those that it had in the
/// pass before. All zero at the start of a launch.
/// </summary>
internal unsafe struct Team
{
    /// <summary>The most parts that can be taken in any order.</summary>
    public const int MostFreeParts = 64;

    private const int Open = 1;
    private const int Over = 2;
    private const int PartBits = 8;

    private int state;
    private int helpers;
    private int broken;

    // Parts are numbered through all passes of a launch: how many have been taken, may be taken, are complete.
    private long taken;
    private long published;
    private long complete;

    // Of parts in any order: number of the pass and, in the low bits, of its parts; the last pass in which each part was taken.
    private long freePass;
    private fixed long freeTaken[MostFreeParts];
    private int members;

    /// <summary>Number of the pass's first part.</summary>
    public long FirstPart { get; private set; }

    /// <summary>The leader's scratch memory, where it says what each pass does.</summary>
    public byte* Scratch { get; private set; }

    public bool IsOpen => Volatile.Read(ref state) == Open;

    public bool IsOver => Volatile.Read(ref state) == Over;

    public int Helpers => Volatile.Read(ref helpers);

    /// <summary>Whether all that the pass has updated is finite.</summary>
    public bool IsFinite => Volatile.Read(ref broken) == 0;

    /// <summary>Lets other workers join.</summary>
    /// <param name="scratch">The leader's scratch memory.</param>
    public void Start(byte* scratch)
    {
        Scratch = scratch;
        Volatile.Write(ref state, Open);
    }

    /// <summary>Sends the helpers away.</summary>
    public void End() => Volatile.Write(ref state, Over);

    public void Join() => Interlocked.Increment(ref helpers);

    public void Leave() => Interlocked.Decrement(ref helpers);

    /// <summary>Starts a pass; the one before must be complete.</summary>
    public void Begin(int parts)
    {
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

    /// <summary>A number for a worker that has joined: 1, 2, …; the leader's is 0.</summary>
    public int TakeNumber() => Interlocked.Increment(ref members);

    /// <summary>Starts a pass whose parts, at most <see cref="MostFreeParts"/>, are taken in any order; the one before must be complete.</summary>
    public void BeginFree(int parts)
    {
        FirstPart = published;
        Volatile.Write(ref broken, 0);
        Volatile.Write(ref taken, published + parts);
        Volatile.Write(ref published, published + parts);
        Volatile.Write(ref freePass, (((freePass >> PartBits) + 1) << PartBits) | (uint)parts);
    }

    /// <summary>
    /// Takes a part of the pass that may be taken in any order, if one is left: every worker begins with the same parts in every pass, then helps the
    /// others.
    /// </summary>
    /// <param name="worker">The worker's number.</param>
    /// <param name="part">The part.</param>
    public bool TryTakeFree(int worker, out long part)
    {
        long pass = Volatile.Read(ref freePass);
        int parts = (int)(pass & ((1 << PartBits) - 1));
        long number = pass >> PartBits;
        int first = (int)((long)parts * worker / (Helpers + 1));
        for (int i = 0; i < parts; i++)
        {
            int index = (first + i) % parts;
            long last = Volatile.Read(ref freeTaken[index]);
            if (last < number && Interlocked.CompareExchange(ref freeTaken[index], number, last) == last)
            {
                part = FirstPart + index;
                return true;
            }
        }

        part = 0;
        return false;
    }

    /// <summary>Whether some part of a pass whose parts are taken in order has not been taken.</summary>
    public bool HasParts => Volatile.Read(ref taken) < Volatile.Read(ref published);

    /// <summary>Waits until all parts before this one are complete.</summary>
    public void AwaitTurn(long part)
    {
        var wait = default(TeamWait);
        while (Volatile.Read(ref complete) != part)
            wait.Once();
    }

    /// <summary>Says that a part is complete.</summary>
    public void Complete(bool finite)
    {
        if (!finite)
            Volatile.Write(ref broken, 1);

        Interlocked.Increment(ref complete);
    }

    /// <summary>Waits until the pass is complete.</summary>
    public void AwaitEnd() => AwaitTurn(published);
}
