using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>One sweep of a <see cref="RandomSpecCheck"/>.</summary>
/// <param name="Index">Its number; with the seed it stands for the sweep and for how devices are used.</param>
/// <param name="Difference">A small sweep that fails, or null where the one that was drawn does not.</param>
public sealed record CheckedSpec(long Index, SpecDifference? Difference);

/// <summary>Compares devices on random sweeps, and makes those that fail small.</summary>
/// <param name="comparison">What compares.</param>
public sealed class RandomSpecCheck(SpecComparison comparison)
{
    /// <summary>Most sweeps that are trained to make one small.</summary>
    private const int ShrinkingTries = 300;

    /// <summary>The kinds of points that were compared.</summary>
    public SpecCoverage Coverage { get; } = new();

    /// <summary>The sweep of a number, and how devices are used for it: the same everywhere.</summary>
    public static (SweepSpec Spec, LaunchLimits Limits) Draw(int seed, long index)
    {
        // One generator a sweep: each can be repeated without those before it.
        var random = new Random(unchecked((int)((seed * 1_000_003L) + index)));
        return (RandomSpec.Draw(random), LaunchLimits.Draw(random));
    }

    /// <summary>
    /// Compares sweeps, one after the other.
    /// </summary>
    /// <param name="seed">Which sequence of sweeps.</param>
    /// <param name="first">Number of the first one.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="Scheduling.DeviceFailedException">A device has failed.</exception>
    public IEnumerable<CheckedSpec> Run(int seed, long first, long count)
    {
        for (long index = first; index < first + count; index++)
        {
            var (spec, limits) = Draw(seed, index);
            Coverage.Add(spec);
            SpecDifference? difference = comparison.Compare(spec, limits);
            yield return new CheckedSpec(
                index, difference is null ? null : SpecShrinker.Shrink(difference, comparison.Compare, ShrinkingTries));
        }
    }
}
