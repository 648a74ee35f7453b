using System.Runtime.CompilerServices;
using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>The distribution of training inputs: the only place that computes them from random words. Held-out inputs are uniform.</summary>
public static class InputDistribution
{
    /// <summary>Inputs 4·block … 4·block+3 of the 32 training samples of stream word <paramref name="word"/>: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordQuad Training(ArrayView<RunSettings> settings, ulong word, uint block)
    {
        int left = settings[0].InputPhases;
        ulong seed = settings[0].Seed;
        var phase = default(InputPhase);
        uint biased = 0;
        uint digit = uint.MaxValue;
        var a = new WeightedBits(0, uint.MaxValue);
        var b = a;
        var c = a;
        var d = a;
        int level = 0;
        bool more = true;

        // One loop over the levels of all phases, so that the generator's code, which is long, is inlined only once. The first turn draws uniform inputs.
        while (more)
        {
            var random = RandomStreams.InputLevel(seed, word, block, level);
            if ((left | level) == 0)
                return random;

            a = a.With(random.W0, digit);
            b = b.With(random.W1, digit);
            c = c.With(random.W2, digit);
            d = d.With(random.W3, digit);
            level++;
            more = IsOpen(phase, level, a.Open | b.Open | c.Open | d.Open);
            while (!more && left > 0)
            {
                left--;
                phase = settings[left].Inputs;
                biased = BiasedSamples(seed, phase, word);
                a = a.Again(phase.Bias, biased);
                b = b.Again(phase.Bias, biased);
                c = c.Again(phase.Bias, biased);
                d = d.Again(phase.Bias, biased);
                level = 1;
                more = IsOpen(phase, level, a.Open | b.Open | c.Open | d.Open);
            }

            digit = WeightedBits.Digit(phase.Bias, level) & biased;
        }

        return new WordQuad(a.Ones, b.Ones, c.Ones, d.Ones);
    }

    /// <summary>Which of the 32 training samples of stream word <paramref name="word"/> have inputs that a phase biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint BiasedSamples(ulong seed, in InputPhase phase, ulong word)
    {
        uint samples = Before(phase.End, word) & ~Before(phase.First, word);
        var uniform = new WeightedBits(0, samples);
        for (int level = 0; WeightedBits.HasDigits(phase.UniformSamples, level) && uniform.Open != 0; level += 4)
        {
            var random = RandomStreams.MixtureLevels(seed, word, (uint)(level / 4));
            uniform = uniform.With(random.W0, WeightedBits.Digit(phase.UniformSamples, level))
                .With(random.W1, WeightedBits.Digit(phase.UniformSamples, level + 1))
                .With(random.W2, WeightedBits.Digit(phase.UniformSamples, level + 2))
                .With(random.W3, WeightedBits.Digit(phase.UniformSamples, level + 3));
        }

        return samples & ~uniform.Ones;
    }

    /// <summary>Whether the levels from <paramref name="level"/> on decide open bits of a phase.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOpen(in InputPhase phase, int level, uint open) => WeightedBits.HasDigits(phase.Bias, level) && open != 0;

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
