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
/// <param name="Curve">The points of its curve so far.</param>
/// <param name="Tasks">What it has made of its tasks at the last of those; none where it has no tasks or no curve.</param>
public sealed record RunSnapshot(int Point, long Seed, RunState State, float[] Floats, uint[] Data, CurvePoint[] Curve, TaskRecord[] Tasks);

/// <summary>A run to train.</summary>
/// <param name="Point">Index of its point.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="From">Where to go on, null to start.</param>
internal readonly record struct PendingRun(int Point, long Seed, RunSnapshot? From = null);
