using System.Collections.Immutable;
using System.Globalization;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>Looks for the smallest sweep near one that fails: fewer values, settings at their defaults, smaller numbers.</summary>
public static class SpecShrinker
{
    /// <summary>Numbers that make a sweep small; the default of the others is the plainest value they have.</summary>
    private static readonly ImmutableHashSet<string> Sizes =
    [
        "n", "k", "width", "batch", "depth", "dEmb", "heads", "dAttn", "samples", "seeds", "maxSteps", "testSamples",
    ];

    /// <summary>
    /// Makes a failure small.
    /// </summary>
    /// <param name="failure">What is known to fail.</param>
    /// <param name="compare">Tries a sweep; null where it does not fail.</param>
    /// <param name="tries">Most sweeps to try.</param>
    /// <returns>A failure such that no simpler neighbour fails, unless the tries ran out.</returns>
    public static SpecDifference Shrink(SpecDifference failure, Func<SweepSpec, LaunchLimits, SpecDifference?> compare, int tries)
    {
        bool smaller = true;
        while (smaller)
        {
            smaller = false;
            foreach (var (spec, limits) in Simpler(failure))
            {
                if (tries-- == 0)
                    return failure;

                if (compare(spec, limits) is { } still)
                {
                    failure = still;
                    smaller = true;
                    break;
                }
            }
        }

        return failure;
    }

    /// <summary>Valid neighbours that are simpler, the simplest first.</summary>
    private static IEnumerable<(SweepSpec Spec, LaunchLimits Limits)> Simpler(SpecDifference failure)
    {
        if (failure.Limits != LaunchLimits.None)
            yield return (failure.Spec, LaunchLimits.None);

        Point[] points = [.. failure.Spec.Points()];
        if (points is [Point only] && !IsPlain(failure.Spec, only))
            yield return (Plain(failure.Spec, only), failure.Limits);

        foreach (SpecSetting setting in SpecSetting.All.OrderBy(setting => Sizes.Contains(setting.Name)))
        {
            foreach (string[] values in Simpler(setting, failure.Spec))
            {
                // A setting that the network does not have is no difference.
                bool same = setting.Values(failure.Spec).Length == 1 && setting.IsOfPoint;
                if (With(failure.Spec, setting, values) is { } spec && !(same && spec.Points().SequenceEqual(points)))
                    yield return (spec, failure.Limits);
            }
        }

        // The last seed of several may be the one.
        if (failure.Spec.Seeds > 1)
            yield return (failure.Spec with { FirstSeed = failure.Spec.FirstSeed + failure.Spec.Seeds - 1, Seeds = 1 }, failure.Limits);
    }

    /// <summary>The sweep of one point without settings that its network does not have.</summary>
    private static SweepSpec Plain(SweepSpec spec, Point point) => spec.OnlyOf(point) with { Seeds = spec.Seeds, FirstSeed = spec.FirstSeed };

    private static bool IsPlain(SweepSpec spec, Point point) => SpecFile.FirstDifference(spec, Plain(spec, point)) is null;

    private static IEnumerable<string[]> Simpler(SpecSetting setting, SweepSpec spec)
    {
        string[] values = [.. setting.Values(spec)];
        if (values.Length > 1)
            return values.Select(value => new[] { value });

        if (Sizes.Contains(setting.Name))
            return Smaller(values[0]).Select(value => new[] { value });

        string[] standard = [.. setting.Values(new SweepSpec())];
        return values[0] == standard[0] ? [] : [standard];
    }

    private static IEnumerable<string> Smaller(string value)
    {
        if (!long.TryParse(value, CultureInfo.InvariantCulture, out long number))
            return [];

        // The word that stands for 0 in "samples" is tried first; elsewhere it is not allowed.
        return new[] { "online" }.Concat(
            new[] { 1, 2, number / 4, number / 2, number * 3 / 4, number - 1 }
                .Where(smaller => smaller > 0 && smaller < number).Distinct().Order()
                .Select(smaller => smaller.ToString(CultureInfo.InvariantCulture)));
    }

    private static SweepSpec? With(SweepSpec spec, SpecSetting setting, string[] values)
    {
        try
        {
            return SpecValidation.Validate(setting.Apply(spec, values, setting.Option));
        }
        catch (UserErrorException)
        {
            return null;
        }
    }
}
