using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>
/// Bits of 32 samples that are 1 with a probability P/2^32 each, as far as the first binary digits of P decide them (NUMERICS.md, "Biased
/// inputs"). A random word decides half of the samples that are open, so few words are needed whatever P is.
/// </summary>
/// <param name="ones">Samples whose bit is 1.</param>
/// <param name="open">Samples whose bit is not decided yet; 0 once P has no more digits.</param>
internal readonly struct WeightedBits(uint ones, uint open)
{
    /// <summary>Digits of P.</summary>
    public const int Digits = 32;

    public readonly uint Ones = ones;
    public readonly uint Open = open;

    /// <summary>Digit number <paramref name="level"/> of P, the highest first, in every bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Digit(uint probability, int level) => (uint)((int)(probability << level) >> (Digits - 1));

    /// <summary>Whether a digit from <paramref name="level"/> on is 1: otherwise the open bits are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasDigits(uint probability, int level) => level < Digits && probability << level != 0;

    /// <summary>
    /// The bits after the first digit of another P, for the samples <paramref name="biased"/> only. Their bits have been random so far: the word of level 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WeightedBits Again(uint probability, uint biased)
    {
        uint digit = Digit(probability, 0);
        return new(Ones & (digit | ~biased), biased & (Ones ^ digit));
    }

    /// <summary>The bits after one more random word and the digit of its level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WeightedBits With(uint random, uint digit) => new(Ones | (Open & random & digit), Open & (random ^ digit));
}
