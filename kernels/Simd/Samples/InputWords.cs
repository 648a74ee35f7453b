using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Draws the inputs of 32 samples at a time on a CPU worker. Does for all inputs at once what <see cref="InputDistribution"/> does for four.
/// </summary>
internal unsafe struct InputWords
{
    private readonly RunSettings* settings;
    private readonly int groups;
    private readonly int stride;
    private readonly uint* random;
    private readonly uint* open;

    /// <summary>
    /// Starts the draws of a run.
    /// </summary>
    /// <param name="settings">[phase of the inputs]: the run's settings.</param>
    /// <param name="inputs">Inputs n.</param>
    /// <param name="scratch">[2][stride]: room for two entries, each the inputs padded to what the generator writes at a time.</param>
    /// <param name="stride">Words of an entry.</param>
    public InputWords(RunSettings* settings, int inputs, uint* scratch, int stride)
    {
        this.settings = settings;
        groups = Canon.Groups(inputs);
        this.stride = stride;
        random = scratch;
        open = scratch + stride;
    }

    /// <summary>
    /// Words of a stream of samples that are drawn after <paramref name="step"/> steps and not trained on: uniform.
    /// </summary>
    /// <param name="destination">[count][stride]: where they go.</param>
    /// <param name="step">The step.</param>
    /// <param name="word">The first word.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">The stream.</param>
    public readonly void DrawUniform(uint* destination, long step, int word, int count, uint stream) =>
        PhiloxVectors.Fill(destination, stride, count, groups, RandomStreams.EntryOfStep((ulong)step, (uint)word), stream, settings->Seed);

    /// <summary>
    /// Words of the training stream.
    /// </summary>
    /// <param name="destination">[count][stride]: where they go.</param>
    /// <param name="word">The first word.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void DrawTraining(uint* destination, ulong word, int count)
    {
        PhiloxVectors.Fill(destination, stride, count, groups, word, RandomStreams.SampleStream(), settings->Seed);
        for (int k = 0; k < count; k++)
            Bias(destination + ((long)k * stride), word + (ulong)k);
    }

    /// <summary>Turns the uniform inputs of a word into those of the run's distribution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Bias(uint* destination, ulong word)
    {
        for (int phase = 0; phase < settings->InputPhases; phase++)
        {
            InputPhase inputs = settings[phase].Inputs;
            uint biased = InputDistribution.BiasedSamples(settings->Seed, inputs, word);
            if (biased != 0)
                Bias(destination, word, inputs.Bias, biased);
        }
    }

    /// <summary>Turns the uniform inputs of the samples <paramref name="biased"/> into ones with a probability of −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Bias(uint* inputs, ulong word, uint probability, uint biased)
    {
        uint first = WeightedBits.Digit(probability, 0);
        for (int i = 0; i < Canon.Group * groups; i += Vector<uint>.Count)
        {
            var uniform = Vector.Load(inputs + i);
            (uniform & new Vector<uint>(~biased | first)).Store(inputs + i);
            (new Vector<uint>(biased) & (uniform ^ new Vector<uint>(first))).Store(open + i);
        }

        bool isOpen = true;
        for (int level = 1; WeightedBits.HasDigits(probability, level) && isOpen; level++)
        {
            PhiloxVectors.Fill(random, groups, word, RandomStreams.InputLevelStream(level), settings->Seed);
            isOpen = Decide(inputs, WeightedBits.Digit(probability, level));
        }
    }

    /// <summary>One level of <see cref="WeightedBits.With"/> for all inputs; returns whether any bit is still open.</summary>
    private readonly bool Decide(uint* ones, uint digit)
    {
        var digits = new Vector<uint>(digit);
        var left = Vector<uint>.Zero;
        for (int i = 0; i < Canon.Group * groups; i += Vector<uint>.Count)
        {
            var before = Vector.Load(open + i);
            var draw = Vector.Load(random + i);
            (Vector.Load(ones + i) | (before & draw & digits)).Store(ones + i);
            var after = before & (draw ^ digits);
            after.Store(open + i);
            left |= after;
        }

        return left != Vector<uint>.Zero;
    }
}
