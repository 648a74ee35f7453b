using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// The order in which an epoch visits the m points of a finite sample: an eight-round Feistel permutation keyed by seed and epoch (NUMERICS.md), so
/// that any place of it can be computed without the others.
/// </summary>
public readonly struct EpochPermutation
{
    /// <summary>Rounds of the network.</summary>
    public const int Rounds = 8;

    /// <summary>The factor of a round's mixing.</summary>
    public const uint Multiplier = 0x2C1B3C6D;

    /// <summary>m.</summary>
    public readonly uint Samples;

    /// <summary>Bits of each half of a number.</summary>
    public readonly int HalfBits;

    private readonly WordQuad first;
    private readonly WordQuad second;

    /// <summary>The permutation of an epoch (from 0) of a sample of <paramref name="samples"/> ≥ 1 points.</summary>
    public EpochPermutation(ulong seed, ulong epoch, int samples)
    {
        Samples = (uint)samples;
        int bits = 1;
        while ((1L << (2 * bits)) < samples)
            bits++;

        HalfBits = bits;
        first = RandomStreams.PermutationKeys(seed, epoch, 0);
        second = RandomStreams.PermutationKeys(seed, epoch, 1);
    }

    /// <summary>The point at a place of the epoch, both 0 … m−1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public uint Point(uint place)
    {
        do
            place = Cipher(place);
        while (place >= Samples);

        return place;
    }

    /// <summary>The key of a round.</summary>
    public uint Key(int round)
    {
        // Selected by value: references would put the keys into memory on a GPU.
        bool early = round < Rounds / 2;
        uint even = (round & 2) == 0 ? (early ? first.W0 : second.W0) : (early ? first.W2 : second.W2);
        uint odd = (round & 2) == 0 ? (early ? first.W1 : second.W1) : (early ? first.W3 : second.W3);
        return (round & 1) == 0 ? even : odd;
    }

    private uint Cipher(uint place)
    {
        uint mask = (1u << HalfBits) - 1;
        uint a = place >> HalfBits;
        uint c = place & mask;
        for (int round = 0; round < Rounds; round++)
        {
            uint next = a ^ (Mixed(c ^ Key(round)) & mask);
            a = c;
            c = next;
        }

        return (a << HalfBits) | c;
    }

    private static uint Mixed(uint x)
    {
        x ^= x >> 12;
        x *= Multiplier;
        return x ^ (x >> 15);
    }
}
