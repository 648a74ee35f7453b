using ParityGpu.Specs;

namespace ParityGpu.Statistics;

/// <summary>Time and outcome of one run.</summary>
/// <param name="Steps">Steps it took, so far if it is in flight.</param>
/// <param name="Outcome">How it ended; null if it is in flight.</param>
public readonly record struct SeedTime(long Steps, Outcome? Outcome)
{
    /// <summary>Whether it was observed up to a step and unsolved by then, so that it would be solved later or never.</summary>
    public bool IsCensored => Outcome is null or ParityGpu.Specs.Outcome.Budget;
}
