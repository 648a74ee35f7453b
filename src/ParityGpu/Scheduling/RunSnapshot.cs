using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>
/// A run under way, between two launches: everything needed to continue it elsewhere, bit for bit, even on another kind of device, because all
/// devices share one layout.
/// </summary>
/// <param name="Point">Index of the run's point.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="State">Steps, counters and where it waits.</param>
/// <param name="Floats">[<see cref="RunLayout.RunFloats"/>]: parameters and moments.</param>
/// <param name="Data">[<see cref="RunLayout.DataWords"/>]: the finite sample.</param>
/// <param name="Curve">Its curve so far.</param>
public sealed record RunSnapshot(int Point, long Seed, RunState State, float[] Floats, uint[] Data, CurveSoFar Curve);

/// <summary>The curve of a run under way.</summary>
/// <param name="Points">Its points so far.</param>
/// <param name="Tasks">The run's records of its tasks at the last of those; empty if it has no tasks or no curve.</param>
/// <param name="TaskCurves">[points][tasks] if curves have them, otherwise empty.</param>
public sealed record CurveSoFar(CurvePoint[] Points, TaskRecord[] Tasks, float[] TaskCurves)
{
    /// <summary>The curve of a run that has not been measured.</summary>
    public static CurveSoFar None { get; } = new([], [], []);
}

/// <summary>A run to train.</summary>
/// <param name="Point">Index of its point.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="From">Where to continue, null to start.</param>
internal readonly record struct PendingRun(int Point, long Seed, RunSnapshot? From = null);
