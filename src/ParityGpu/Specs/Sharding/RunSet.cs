using System.Numerics;

namespace ParityGpu.Specs;

/// <summary>A set of runs (point, seed) at one bit each, in pages allocated when their first run is added.</summary>
public sealed class RunSet
{
    /// <summary>Seeds of a page.</summary>
    private const int PageBits = 4096;

    private readonly Dictionary<(int Point, long Page), ulong[]> pages = [];

    /// <summary>Runs in the set.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a run; false if it was already there.</summary>
    /// <param name="point">Index of a point.</param>
    /// <param name="seed">Seed, ≥ 0.</param>
    public bool Add(int point, long seed)
    {
        (int word, ulong bit) = Place(seed);
        if (!pages.TryGetValue((point, seed / PageBits), out ulong[]? page))
            pages.Add((point, seed / PageBits), page = new ulong[2]);

        if (word >= page.Length)
            Array.Resize(ref page, Math.Max(word + 1, Math.Min(2 * page.Length, PageBits / 64)));

        pages[(point, seed / PageBits)] = page;
        if ((page[word] & bit) != 0)
            return false;

        page[word] |= bit;
        Count++;
        return true;
    }

    /// <summary>Whether a run is in the set.</summary>
    public bool Contains(int point, long seed)
    {
        (int word, ulong bit) = Place(seed);
        return pages.TryGetValue((point, seed / PageBits), out ulong[]? page)
            && word < page.Length && (page[word] & bit) != 0;
    }

    /// <summary>Points with the number of their runs in the set; a point may occur several times, and its numbers must be added.</summary>
    public IEnumerable<(int Point, long Count)> Counts() =>
        pages.Select(entry => (entry.Key.Point, entry.Value.Sum(word => (long)BitOperations.PopCount(word))));

    private static (int Word, ulong Bit) Place(long seed) => ((int)(seed % PageBits / 64), 1UL << (int)(seed % 64));
}
