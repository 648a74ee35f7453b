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
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ key0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ key1;
            c3 = (uint)product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return new WordQuad(c0, c1, c2, c3);
    }
}
