using ParityGpu.Devices;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>Receives finished runs.</summary>
public interface IRunSink
{
    /// <summary>Stores records; they must survive the death of the process once this returns.</summary>
    void Write(ReadOnlySpan<RunRecord> records);
}

/// <summary>Trains every run of a sweep on one device.</summary>
public static class SweepRunner
{
    /// <summary>
    /// Trains all runs that are not done yet, writing records as runs finish (in the order they finish).
    /// </summary>
    /// <param name="spec">A validated sweep.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="isDone">Whether (point, seed) is already recorded.</param>
    /// <param name="sink">Receives the finished runs, a launch at a time.</param>
    /// <param name="progress">Called after each launch.</param>
    /// <param name="cancellation">Stops after the current launch; everything finished is in the sink.</param>
    /// <exception cref="OperationCanceledException">The sweep was cancelled before its end.</exception>
    public static void Run(
        SweepSpec spec,
        Device device,
        Func<int, long, bool> isDone,
        IRunSink sink,
        Action<SweepProgress> progress,
        CancellationToken cancellation) => throw new NotImplementedException();
}
