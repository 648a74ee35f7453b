using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>The distribution of training inputs: the only place that computes them from random words. Held-out inputs are uniform.</summary>
public static class InputDistribution
{
    /// <summary>The probability of −1 for uniform inputs, times 2^32.</summary>
    public const uint Half = 1u << 31;

    /// <summary>Inputs 4·block … 4·block+3 of the 32 training samples of stream word <paramref name="word"/>: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordQuad Training(in RunSettings settings, ulong word, uint block)
    {
        uint probability = settings.InputBias;
        uint biased = probability == Half ? 0 : BiasedSamples(settings, word);
        var a = new WeightedBits(0, uint.MaxValue);
        var b = a;
        var c = a;
        var d = a;
        bool more = true;

        // A loop, so that the generator's code, which is long, is inlined only once.
        for (int level = 0; more; level++)
        {
            var random = RandomStreams.InputLevel(settings.Seed, word, block, level);
            if (biased == 0)
                return random;

            // Uniform samples have probability 1/2: the first digit is 1, the others are 0.
            uint digit = (WeightedBits.Digit(probability, level) & biased) | (level == 0 ? ~biased : 0);
            a = a.With(random.W0, digit);
            b = b.With(random.W1, digit);
            c = c.With(random.W2, digit);
            d = d.With(random.W3, digit);
            more = WeightedBits.HasDigits(probability, level + 1) && ((a.Open | b.Open | c.Open | d.Open) & biased) != 0;
        }

        return new WordQuad(a.Ones, b.Ones, c.Ones, d.Ones);
    }

    /// <summary>Which of the 32 training samples of stream word <paramref name="word"/> have biased inputs; the others' are uniform.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BiasedSamples(in RunSettings settings, ulong word)
    {
        uint probability = settings.UniformSamples;
        var uniform = new WeightedBits(0, uint.MaxValue);
        for (int level = 0; WeightedBits.HasDigits(probability, level) && uniform.Open != 0; level += 4)
        {
            var random = RandomStreams.MixtureLevels(settings.Seed, word, (uint)(level / 4));
            uniform = uniform.With(random.W0, WeightedBits.Digit(probability, level))
                .With(random.W1, WeightedBits.Digit(probability, level + 1))
                .With(random.W2, WeightedBits.Digit(probability, level + 2))
                .With(random.W3, WeightedBits.Digit(probability, level + 3));
        }

        return ~uniform.Ones & Before(settings.BiasedEnd, word);
    }

    /// <summary>The samples of a word whose numbers are below <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Before(ulong end, ulong word)
    {
        // Not max(0, difference): clang turns that into an operation that the tests' simulator does not support.
        ulong endWord = end / Canon.WordSamples;
        uint started = (1u << ((int)end & (Canon.WordSamples - 1))) - 1;
        return word < endWord ? uint.MaxValue : word == endWord ? started : 0;
    }
}
