using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// The order in which an epoch visits the m points of a finite sample: an eight-round Feistel permutation keyed by seed and epoch (NUMERICS.md), so
/// that any place of it can be computed without the others.
/// </summary>
public readonly struct EpochPermutation
{
    private const int Rounds = 8;
    private const uint Multiplier = 0x2C1B3C6D;

    private readonly uint samples;
    private readonly int halfBits;
    private readonly WordQuad first;
    private readonly WordQuad second;

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
    public uint Point(uint place)
    {
        do
            place = Cipher(place);
        while (place >= samples);

        return place;
    }

    private uint Cipher(uint place)
    {
        uint mask = (1u << halfBits) - 1;
        uint a = place >> halfBits;
        uint c = place & mask;
        for (int round = 0; round < Rounds; round++)
        {
            // Selected by value: references would put the keys into memory on a GPU.
            bool early = round < Rounds / 2;
            uint even = (round & 2) == 0 ? (early ? first.W0 : second.W0) : (early ? first.W2 : second.W2);
            uint odd = (round & 2) == 0 ? (early ? first.W1 : second.W1) : (early ? first.W3 : second.W3);
            uint next = a ^ (Mixed(c ^ ((round & 1) == 0 ? even : odd)) & mask);
            a = c;
            c = next;
        }

        return (a << halfBits) | c;
    }

    private static uint Mixed(uint x)
    {
        x ^= x >> 12;
        x *= Multiplier;
        return x ^ (x >> 15);
    }
}
