using System.Collections.Immutable;

namespace ParityGpu.Scheduling;

/// <summary>The progress of a sweep.</summary>
/// <param name="Runs">Runs of the whole sweep, or of the shard of it that is trained.</param>
/// <param name="Done">Runs recorded, those of an earlier session included.</param>
/// <param name="Solved">Of the runs recorded, those solved.</param>
/// <param name="SeedSteps">Training steps taken in this session, summed over runs.</param>
/// <param name="Elapsed">Time since this session started.</param>
/// <param name="SeedStepsPerSecond">Recent speed.</param>
/// <param name="Devices">The same by device.</param>
/// <param name="Remaining">Estimated time left, once there is something to estimate from.</param>
public sealed record SweepProgress(
    long Runs,
    long Done,
    long Solved,
    long SeedSteps,
    TimeSpan Elapsed,
    double SeedStepsPerSecond,
    ImmutableArray<DeviceSpeed> Devices,
    TimeSpan? Remaining);

/// <summary>Recent speed of a device.</summary>
public readonly record struct DeviceSpeed(string Device, double SeedStepsPerSecond);
