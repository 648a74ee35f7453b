using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Scheduling;

/// <summary>
/// A device that only counts: how long a run takes and how it ends are functions of its point and seed, and what it holds says how far
/// it is. It can refuse shapes and fail at any call.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="slots">Most slots of a bank.</param>
/// <param name="callsUntilFailure">Calls of a bank or for one after which every one fails; negative for never.</param>
/// <param name="refuses">Widths it cannot train.</param>
/// <param name="ready">Returns once the device is ready for a bank.</param>
/// <param name="stuck">Whether launches advance nothing at the moment.</param>
/// <param name="pool">Devices that can take over its one thread.</param>
internal sealed class ImaginedDevice(
    string name,
    int slots,
    int callsUntilFailure = -1,
    Func<int, bool>? refuses = null,
    Action? ready = null,
    Func<bool>? stuck = null,
    object? pool = null) : IRunDevice
{
    private long stepsTaken;
    private int launches;
    private int callsLeft = callsUntilFailure;
    private int banks;

    /// <summary>Steps that were taken here, in all runs.</summary>
    public long Steps => Interlocked.Read(ref stepsTaken);

    /// <summary>Launches with runs in the slots.</summary>
    public int Launches => Volatile.Read(ref launches);

    /// <summary>Whether it has failed.</summary>
    public bool HasFailed { get; private set; }

    public string Name => name;

    public object? Pool => pool;

    public int Threads { get; private set; } = 1;

    private bool IsStuck => stuck?.Invoke() == true;

    public bool FinishedRunsIdle => slots > 3;

    public int RunsAtOnce(BankShape shape) => Math.Max(1, slots / 2);

    public IRunBank? CreateBank(BankShape shape, long runs)
    {
        Call();
        ready?.Invoke();
        return refuses?.Invoke(shape.Width) == true
            ? throw new UserErrorException($"--width {shape.Width}: must be another on {name}")
            : Opened((int)Math.Min(slots, runs));
    }

    public bool SharesRuns(BankShape shape) => shape.Width > 1;

    public void Widen(int threads)
    {
        if (banks > 0)
            throw new InvalidOperationException("It has a bank.");

        Threads += threads;
    }

    /// <summary>The record of a run.</summary>
    public static RunRecord Record(int index, Point point, long seed) => End(point, seed) switch
    {
        RunStatus.Solved => new(index, seed, Outcome.Solved, Length(point, seed), 1),
        RunStatus.Budget => new(index, seed, Outcome.Budget, Length(point, seed), 0.5),
        _ => new(index, seed, Outcome.Diverged, Length(point, seed), double.NaN),
    };

    private static uint Mix(Point point, long seed) =>
        (uint)(((ulong)((point.Width * 1000) + (int)(point.LearningRate * 100)) + ((ulong)seed << 20)) * 0x9E3779B97F4A7C15UL >> 33);

    private static long Length(Point point, long seed) => 1 + (Mix(point, seed) % (Mix(point, seed) % 7 == 0 ? 3000u : 40u));

    private static RunStatus End(Point point, long seed) => (RunStatus)((int)RunStatus.Solved + (Mix(point, seed) % 3));

    private Bank Opened(int bankSlots)
    {
        banks++;
        return new Bank(this, bankSlots);
    }

    private void Call()
    {
        if (callsLeft == 0)
        {
            HasFailed = true;
            throw new InvalidOperationException("it is gone");
        }

        callsLeft--;
    }

    private sealed class Bank(ImaginedDevice device, int slots) : IRunBank
    {
        private readonly RunState[] states = new RunState[slots];
        private readonly (Point Point, long Seed)[] runs = new (Point, long)[slots];
        private int steps;

        public int Slots => slots;

        public ReadOnlySpan<RunState> States => states;

        public void Load(int slot, Point point, long seed)
        {
            if (states[slot].Status != (int)RunStatus.Idle)
                throw new InvalidOperationException("The slot is taken.");

            runs[slot] = (point, seed);
            states[slot] = new RunState { Status = (int)RunStatus.Fresh };
        }

        public void Load(int slot, Point point, RunSnapshot snapshot)
        {
            device.Call();
            Load(slot, point, snapshot.Seed);
            if (snapshot.Floats[0] != Held(slot, snapshot.State.Steps))
                throw new InvalidOperationException("The snapshot is another run's.");

            states[slot] = snapshot.State;
        }

        public (float[] Floats, uint[] Data, RunState State) Save(int slot)
        {
            device.Call();
            return ([Held(slot, states[slot].Steps)], [], states[slot]);
        }

        public void StopAt(int slot, long steps) => states[slot].StopAt = steps;

        public void Clear(int slot) => states[slot] = default;

        public void Begin(int steps)
        {
            device.Call();
            this.steps = device.IsStuck ? 0 : steps;
        }

        public TimeSpan Finish()
        {
            device.Call();
            if (states.Any(state => state.Status != (int)RunStatus.Idle))
                Interlocked.Increment(ref device.launches);

            for (int slot = 0; slot < slots; slot++)
                Advance(slot, ref states[slot]);

            return TimeSpan.FromMilliseconds(100);
        }

        public float[] TaskLosses(int slot) => throw new NotSupportedException("Its runs have no tasks.");

        public RunMeasure[] Measure(int[] wanted)
        {
            device.Call();
            return new RunMeasure[slots];
        }

        public void Dispose() => device.banks--;

        private float Held(int slot, long steps) => (Mix(runs[slot].Point, runs[slot].Seed) % 1024) + (steps % 1024 * 1024);

        private void Advance(int slot, ref RunState state)
        {
            if (state.Status == (int)RunStatus.Fresh)
                state.Status = (int)RunStatus.Running;

            if (state.Status != (int)RunStatus.Running)
                return;

            var (point, seed) = runs[slot];
            long end = Math.Min(state.Steps + steps, state.StopAt == 0 ? long.MaxValue : state.StopAt);
            long length = Length(point, seed);
            Interlocked.Add(ref device.stepsTaken, Math.Min(end, length) - state.Steps);
            state.Steps = Math.Min(end, length);
            if (state.Steps < length)
                return;

            state.Status = (int)End(point, seed);
            state.HeldOutErrors = state.Status == (int)RunStatus.Budget ? point.TestSamples / 2 : 0;
        }
    }
}
