using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A pure function of
/// counter and key, so every random word of a run can be generated in any order on any device.
/// </summary>
public static class Philox
{
    public const uint Multiplier0 = 0xD2511F53;
    public const uint Multiplier1 = 0xCD9E8D57;
    public const uint Weyl0 = 0x9E3779B9;
    public const uint Weyl1 = 0xBB67AE85;
    public const int Rounds = 10;

    /// <summary>The generator's output for one 128-bit counter (c0 least significant) and 64-bit key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static WordQuad Generate(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1)
    {
        // Two rounds per turn: a GPU spends as much on a turn's copies and its end as on a third of a round.
        var counter = new WordQuad(c0, c1, c2, c3);
        for (int round = 0; round < Rounds; round += 2)
        {
            counter = Round(Round(counter, key0, key1), key0 + Weyl0, key1 + Weyl1);
            key0 += unchecked(2 * Weyl0);
            key1 += unchecked(2 * Weyl1);
        }

        return counter;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WordQuad Round(WordQuad counter, uint key0, uint key1)
    {
        ulong product0 = (ulong)Multiplier0 * counter.W0;
        ulong product1 = (ulong)Multiplier1 * counter.W2;
        return new((uint)(product1 >> 32) ^ counter.W1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter.W3 ^ key1, (uint)product0);
    }
}
