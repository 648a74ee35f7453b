using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Scheduling;

/// <summary>
/// A run under way, between two launches: all it takes to continue it elsewhere, bit for bit. Devices share one layout, so
/// elsewhere may be another kind of device.
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
/// <param name="Tasks">What the run has made of its tasks at the last of those; none where it has no tasks or no curve.</param>
/// <param name="TaskCurves">[points][tasks] where curves have them, otherwise none.</param>
public sealed record CurveSoFar(CurvePoint[] Points, TaskRecord[] Tasks, float[] TaskCurves)
{
    /// <summary>Of a run that has not been looked into.</summary>
    public static CurveSoFar None { get; } = new([], [], []);
}

/// <summary>A run to train.</summary>
/// <param name="Point">Index of its point.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="From">Where to go on, null to start.</param>
internal readonly record struct PendingRun(int Point, long Seed, RunSnapshot? From = null);
