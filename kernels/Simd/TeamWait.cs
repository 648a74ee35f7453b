namespace ParityGpu.Kernels.Simd;

/// <summary>Waits for another worker of a team, which takes microseconds: yields the core only if it takes longer.</summary>
internal struct TeamWait
{
    /// <summary>Turns of about 40 ns.</summary>
    private const int QuickTurns = 300;

    private int turns;
    private SpinWait spinner;

    public void Once()
    {
        if (turns++ < QuickTurns)
            Thread.SpinWait(1);
        else
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    public void Reset() => this = default;
}
