using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>32 × 32 bits.</summary>
internal static unsafe class BitMatrix
{
    /// <summary>Bit s of destination word i is bit i of source word s (Warren, Hacker's Delight, section 7-3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(uint* source, uint* destination)
    {
        for (int i = 0; i < Canon.WordSamples; i++)
            destination[i] = source[i];

        uint mask = 0x0000FFFF;
        for (int distance = 16; distance != 0; distance >>= 1, mask ^= mask << distance)
        {
            for (int i = 0; i < Canon.WordSamples; i = ((i | distance) + 1) & ~distance)
            {
                uint swap = ((destination[i] >> distance) ^ destination[i | distance]) & mask;
                destination[i] ^= swap << distance;
                destination[i | distance] ^= swap;
            }
        }
    }
}
