using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Workers that train one run together, because fewer runs are left than workers: one leads, the others help. The leader cuts each pass over the
/// run's weights or samples into parts, on which workers work at the same time. Parts that add to the same sums go round the workers and wait for their
/// turn, so that the bits are those of one worker. Parts that share nothing are taken in any order. Either way a worker has the parts that it had in
/// the pass before, whose weights are in its cache. All zero at the start of a launch.
/// </summary>
internal unsafe struct Team
{
    /// <summary>The most workers that share a pass, and the most parts that can be taken in any order.</summary>
    private const int MostWorkers = 64;

    /// <summary>In ticks.</summary>
    private static readonly long LongestWelcome = Stopwatch.Frequency / 5000;

    private const int Open = 1;
    private const int Over = 2;
    private const int PartBits = 8;

    private int state;
    private int helpers;
    private int broken;
    private bool isAlone;
    private TeamPace pace;

    // Parts are numbered through all passes of a launch: how many there have been, how many are complete.
    private long published;
    private long complete;

    // Of parts that go round: the number behind the pass's last and, in the low bits, of the workers; the next part of each.
    private long roundPass;
    private fixed long nextOf[MostWorkers];

    // Of parts in any order: number of the pass and, in the low bits, of its parts; the last pass in which each part was taken.
    private long freePass;
    private fixed long freeTaken[MostWorkers];
    private int members;

    /// <summary>Number of the pass's first part.</summary>
    public long FirstPart { get; private set; }

    /// <summary>The leader's scratch memory, where it says what each pass does.</summary>
    public byte* Scratch { get; private set; }

    public bool IsOpen => Volatile.Read(ref state) == Open;

    public bool IsOver => Volatile.Read(ref state) == Over;

    public readonly int Helpers => Volatile.Read(in helpers);

    /// <summary>Workers without a run of their own, divided by the teams.</summary>
    public int Expected { get; set; }

    /// <summary>Workers that can share a pass: the leader and its helpers.</summary>
    public int Workers => Math.Min(Helpers + 1, MostWorkers);

    /// <summary>Whether the leader shares its passes.</summary>
    public bool Shares => !isAlone && Helpers > 0;

    /// <summary>Whether all that the pass has updated is finite.</summary>
    public bool IsFinite => Volatile.Read(ref broken) == 0;

    /// <summary>Lets other workers join.</summary>
    /// <param name="scratch">The leader's scratch memory.</param>
    public void Start(byte* scratch)
    {
        Scratch = scratch;
        Volatile.Write(ref state, Open);
    }

    /// <summary>Decides whether the step that begins is shared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void BeginStep() => isAlone = !pace.Shares(Helpers);

    /// <summary>Gives the workers that have no run of their own a moment to come, lest the first pass be taken alone.</summary>
    public readonly void AwaitHelpers()
    {
        long end = Stopwatch.GetTimestamp() + LongestWelcome;
        while (Helpers < Expected && Stopwatch.GetTimestamp() < end)
            Thread.SpinWait(1);
    }

    /// <summary>Sends the helpers away.</summary>
    public void End() => Volatile.Write(ref state, Over);

    public void Join() => Interlocked.Increment(ref helpers);

    public void Leave() => Interlocked.Decrement(ref helpers);

    /// <summary>Starts a pass whose parts go round the workers; the one before must be complete.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="workers">At most <see cref="Workers"/>.</param>
    public void Begin(int parts, int workers)
    {
        FirstPart = published;
        published += parts;
        Volatile.Write(ref broken, 0);
        for (int worker = 0; worker < workers; worker++)
            Volatile.Write(ref nextOf[worker], FirstPart + worker);

        Volatile.Write(ref roundPass, (published << PartBits) | (uint)workers);
    }

    /// <summary>Takes the worker's next part of a pass whose parts go round, if it has one left.</summary>
    /// <param name="worker">The worker's number.</param>
    /// <param name="part">The part.</param>
    public bool TryTake(int worker, out long part)
    {
        part = 0;
        long pass = Volatile.Read(ref roundPass);
        int workers = (int)(pass & ((1 << PartBits) - 1));
        if (worker >= workers)
            return false;

        part = Volatile.Read(ref nextOf[worker]);
        if (part >= pass >> PartBits)
            return false;

        Volatile.Write(ref nextOf[worker], part + workers);
        return true;
    }

    /// <summary>A number for a worker that has joined: 1, 2, …; the leader's is 0.</summary>
    public int TakeNumber() => Interlocked.Increment(ref members);

    /// <summary>Starts a pass whose parts, at most <see cref="Workers"/>, are taken in any order; the one before must be complete.</summary>
    public void BeginFree(int parts)
    {
        FirstPart = published;
        published += parts;
        Volatile.Write(ref broken, 0);
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
