using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// The order in which an epoch visits the m points of a finite sample: an eight-round Feistel permutation keyed by seed and epoch
/// (NUMERICS.md), so that any place of it can be had without the others.
/// </summary>
public struct EpochPermutation
{
    private const uint Multiplier = 0x2C1B3C6D;

    private readonly uint samples;
    private readonly int halfBits;
    private readonly PhiloxBlock first;
    private readonly PhiloxBlock second;

    /// <summary>The permutation of an epoch (from 0) of a sample of <paramref name="samples"/> ≥ 1 points.</summary>
    public EpochPermutation(ulong seed, ulong epoch, int samples)
    {
        this.samples = (uint)samples;
        int bits = 1;
        while ((1L << (2 * bits)) < samples)
            bits++;

        halfBits = bits;
        first = RandomStreams.PermutationKeys(seed, epoch, 0);
        second = RandomStreams.PermutationKeys(seed, epoch, 1);
    }

    /// <summary>The point at a place of the epoch, both 0 … m−1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly uint Point(uint place)
    {
        do
            place = Cipher(place);
        while (place >= samples);

        return place;
    }

    private readonly uint Cipher(uint place)
    {
        uint mask = (1u << halfBits) - 1;
        uint a = place >> halfBits;
        uint c = place & mask;
        Round(ref a, ref c, first.W0, mask);
        Round(ref a, ref c, first.W1, mask);
        Round(ref a, ref c, first.W2, mask);
        Round(ref a, ref c, first.W3, mask);
        Round(ref a, ref c, second.W0, mask);
        Round(ref a, ref c, second.W1, mask);
        Round(ref a, ref c, second.W2, mask);
        Round(ref a, ref c, second.W3, mask);
        return (a << halfBits) | c;
    }

    private static void Round(ref uint a, ref uint c, uint key, uint mask)
    {
        uint x = c ^ key;
        x ^= x >> 12;
        x *= Multiplier;
        x ^= x >> 15;
        uint next = a ^ (x & mask);
        a = c;
        c = next;
    }
}
