using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Successive points of an epoch's permutation, a vector of them at a time.</summary>
internal static unsafe class EpochPoints
{
    /// <summary>Maximum number of points at once: the fewer, the longer each takes.</summary>
    public const int Most = 256;

    /// <summary>
    /// Writes the points at places <paramref name="first"/> … first + count − 1.
    /// </summary>
    /// <param name="points">[count].</param>
    /// <param name="permutation">The permutation.</param>
    /// <param name="first">The first place.</param>
    /// <param name="count">Places, all of the same epoch; at most <see cref="Most"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(uint* points, in EpochPermutation permutation, uint first, int count)
    {
        uint* numbers = stackalloc uint[Most];
        int* places = stackalloc int[Most];
        uint* keys = stackalloc uint[EpochPermutation.Rounds];
        for (int round = 0; round < EpochPermutation.Rounds; round++)
            keys[round] = permutation.Key(round);

        for (int i = 0; i < count; i++)
        {
            numbers[i] = first + (uint)i;
            places[i] = i;
        }

        // What is not yet below m goes through the cipher again; it moves to the front, so that vectors stay full.
        while (count > 0)
        {
            for (int i = 0; i < count; i += Vector<uint>.Count)
                Cipher(Vector.Load(numbers + i), keys, permutation.HalfBits).Store(numbers + i);

            int left = 0;
            for (int i = 0; i < count; i++)
            {
                uint number = numbers[i];
                int place = places[i];
                points[place] = number;
                numbers[left] = number;
                places[left] = place;
                left += number >= permutation.Samples ? 1 : 0;
            }

            count = left;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Cipher(Vector<uint> numbers, uint* keys, int halfBits)
    {
        var mask = new Vector<uint>((1u << halfBits) - 1);
        var a = numbers >>> halfBits;
        var c = numbers & mask;
        for (int round = 0; round < EpochPermutation.Rounds; round++)
        {
            var mixed = c ^ new Vector<uint>(keys[round]);
            mixed ^= mixed >>> 12;
            mixed *= EpochPermutation.Multiplier;
            mixed ^= mixed >>> 15;
            var next = a ^ (mixed & mask);
            a = c;
            c = next;
        }

        return (a << halfBits) | c;
    }
}
