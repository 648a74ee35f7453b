using System.Globalization;
using System.Text.RegularExpressions;

namespace ParityGpu.Specs;

/// <summary>
/// One of N parts of a sweep, each trained by a process of its own (<see cref="ShardRuns"/> determines its runs).
/// </summary>
/// <param name="Index">From 0, like SLURM_ARRAY_TASK_ID with <c>--array=0-7</c> and JOB_COMPLETION_INDEX.</param>
/// <param name="Count">Number of shards, N ≥ 1.</param>
public sealed partial record Shard(int Index, int Count)
{
    /// <summary>Maximum number of shards: a Slurm job array has at most four million tasks.</summary>
    public const int MaxCount = 4_000_000;

    /// <summary>The only shard of a sweep that is not split.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Whether this is one of several.</summary>
    public bool IsPart => Count > 1;

    /// <summary>Reads i/N.</summary>
    /// <returns>Null if it is not a shard.</returns>
    public static Shard? TryParse(string text)
    {
        Match match = Form().Match(text);
        return match.Success
            && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && IsValid(index, count)
                ? new Shard(index, count)
                : null;
    }

    /// <summary>Whether an index and a number of shards are valid together.</summary>
    public static bool IsValid(int index, int count) => count is >= 1 and <= MaxCount && index >= 0 && index < count;

    /// <summary>
    /// Whether a run is in the shard: runs are dealt out N at a time, number t to shard (t + ⌊t/N⌋) mod N. The first shard of each deal rotates;
    /// otherwise, in a sweep of few seeds, one shard might get, say, every run of the smallest learning rate.
    /// </summary>
    /// <param name="number">Number of the run, from 0.</param>
    public bool Contains(long number) => (number + (number / Count)) % Count == Index;

    /// <summary>Number of the shard's runs among the first ones: one from each complete deal, and perhaps one from the incomplete deal.</summary>
    /// <param name="number">Number of first runs.</param>
    public long CountOf(long number)
    {
        long deals = number / Count;
        long place = (Index - (deals % Count) + Count) % Count;
        return deals + (place < number % Count ? 1 : 0);
    }

    /// <summary>i/N.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    [GeneratedRegex(@"\A([0-9]+)/([0-9]+)\z")]
    private static partial Regex Form();
}
