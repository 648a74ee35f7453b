namespace ParityGpu.Specs;

/// <summary>A run in flight.</summary>
/// <param name="Point">Index of its point in <see cref="SweepSpec.Points"/>.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">Steps after which it was still unsolved.</param>
public readonly record struct RunUnderWay(int Point, long Seed, long Steps);
