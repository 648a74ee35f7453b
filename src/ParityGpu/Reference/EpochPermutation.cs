using ParityGpu.Kernels;

namespace ParityGpu.Reference;

/// <summary>The order of a finite sample in an epoch: a Feistel permutation keyed by counters (kernels/NUMERICS.md, finite samples).</summary>
/// <param name="seed">Seed of the run.</param>
/// <param name="epoch">The epoch, from 0.</param>
/// <param name="points">Points of the sample, m ≥ 1.</param>
public sealed class EpochPermutation(long seed, long epoch, int points)
{
    private const int Rounds = 8;

    private readonly int halfBits = HalfBits(points);

    private readonly uint[] keys =
    [
        .. Enumerable.Range(0, Rounds)
            .Select(round => RandomStreams.PermutationKeys((ulong)seed, (ulong)epoch, (uint)(round / 4)).Word(round % 4)),
    ];

    /// <summary>The point at a place of the epoch, both 0 … m−1.</summary>
    public int this[int place]
    {
        get
        {
            uint number = (uint)place;
            do
                number = Permute(number);
            while (number >= points);

            return (int)number;
        }
    }

    /// <summary>The smallest h ≥ 1 with 2^(2h) ≥ m.</summary>
    private static int HalfBits(int points)
    {
        int half = 1;
        while (1L << (2 * half) < points)
            half++;

        return half;
    }

    /// <summary>A permutation of 0 … 2^(2h) − 1.</summary>
    private uint Permute(uint number)
    {
        uint mask = (1u << halfBits) - 1;
        uint a = number >> halfBits;
        uint c = number & mask;
        foreach (uint key in keys)
            (a, c) = (c, a ^ (Mix(c ^ key) & mask));

        return (a << halfBits) | c;
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 12;
        x *= 0x2C1B3C6D;
        return x ^ (x >> 15);
    }
}
