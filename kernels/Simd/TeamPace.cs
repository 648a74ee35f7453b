using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Decides whether a team shares the steps of its run. How long one core waits for what another has written differs tenfold between machines, so the
/// leader times some steps of each launch either way, and takes the others in the faster way. No bit depends on it.
/// </summary>
internal struct TeamPace
{
    /// <summary>Steps to time either way.</summary>
    private const int Trials = 4;

    /// <summary>In ticks: longer steps are shared whatever the machine is.</summary>
    private static readonly long LongStep = Stopwatch.Frequency / 2000;

    private int helpers;
    private int step;
    private long started;
    private long shared;
    private long alone;

    /// <summary>Whether the step that begins now is shared.</summary>
    /// <param name="present">How many helpers there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Shares(int present)
    {
        if (present != helpers)
            this = new TeamPace { helpers = present, shared = long.MaxValue, alone = long.MaxValue };

        if (helpers == 0 || step > 2 * Trials)
            return helpers > 0 && shared <= alone;

        long now = Stopwatch.GetTimestamp();
        long time = now - started;
        if (step > Trials)
            alone = Math.Min(alone, time);
        else if (step > 0)
            shared = Math.Min(shared, time);

        if (step == Trials && shared > LongStep)
            step = 2 * Trials;

        started = now;
        step++;
        return step <= Trials || (step > 2 * Trials && shared <= alone);
    }
}
