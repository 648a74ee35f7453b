namespace ParityGpu.Banks;

/// <summary>
/// Chooses C, the steps of a launch: long enough to keep the host's part small; short enough that progress stays live, that display watchdogs do not
/// intervene and, where a finished run idles to the end of its launch, that little is lost.
/// </summary>
public sealed class ChunkLength(bool finishedRunsIdle)
{
    private const int Longest = 1 << 20;
    private const int Growth = 4;
    private const int ShortestShare = 16;
    private const double RunShare = 1.0 / 8;
    private const int FewestSteps = 16;
    private static readonly TimeSpan Wanted = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWanted = TimeSpan.FromMilliseconds(500);

    private long finishedRuns;
    private double finishedSteps;

    /// <summary>Steps of the next launch.</summary>
    public int Steps { get; private set; } = 8;

    /// <summary>Records a finished run's length.</summary>
    public void RunFinished(long steps)
    {
        finishedRuns++;
        finishedSteps += steps;
    }

    /// <summary>
    /// Adapts to the time the last launch took. A launch begins with a forward pass that the steps after the first have in common with the update
    /// before them, so a few long steps are given more time.
    /// </summary>
    public void Launched(TimeSpan elapsed)
    {
        double stepTicks = Math.Max(elapsed.Ticks, 1) / (double)Steps;
        double wanted = Math.Clamp(FewestSteps * stepTicks, Wanted.Ticks, LongestWanted.Ticks) / stepTicks;
        double steps = Math.Clamp(wanted, (double)Steps / Growth, (double)Steps * Growth);
        if (finishedRunsIdle && finishedRuns > 0)
            steps = Math.Min(steps, Math.Max(ShortestShare, finishedSteps / finishedRuns * RunShare));

        Steps = (int)Math.Clamp(steps, 1, Longest);
    }
}
