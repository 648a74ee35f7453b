using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// A run's stream of training samples on a CPU worker: 32 samples from any position on, bit-sliced. Words shared by consecutive steps are drawn once.
/// </summary>
internal unsafe struct SampleStream
{
    private const ulong NoWord = ulong.MaxValue;

    private readonly uint* current;
    private readonly uint* next;
    private readonly int stride;
    private readonly InputWords words;
    private ulong currentWord = NoWord;
    private ulong nextWord = NoWord;

    /// <summary>
    /// Starts a stream.
    /// </summary>
    /// <param name="current">[stride]: room for the word drawn last.</param>
    /// <param name="next">[stride]: room for the word after it.</param>
    /// <param name="stride">Words of an entry: the inputs, padded to what the generator writes at a time.</param>
    /// <param name="words">Draws the words.</param>
    public SampleStream(uint* current, uint* next, int stride, InputWords words)
    {
        this.current = current;
        this.next = next;
        this.stride = stride;
        this.words = words;
    }

    /// <summary>
    /// Samples <paramref name="first"/> … first + samples − 1 as bits 0 … of words, 32 to an entry.
    /// </summary>
    /// <param name="destination">[entry][stride]: where they go.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="samples">How many.</param>
    public void Fill(uint* destination, ulong first, int samples)
    {
        int done = 0;
        if (first % Canon.WordSamples == 0)
        {
            int whole = samples / Canon.WordSamples;
            words.DrawTraining(destination, first / Canon.WordSamples, whole);
            done = whole * Canon.WordSamples;
        }

        for (; done < samples; done += Canon.WordSamples)
        {
            long entry = done / Canon.WordSamples;
            FillWord(destination + (entry * stride), first + (ulong)done, Math.Min(Canon.WordSamples, samples - done));
        }
    }

    /// <summary>The same for at most 32 samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWord(uint* destination, ulong first, int samples)
    {
        ulong word = first / Canon.WordSamples;
        int shift = (int)(first % Canon.WordSamples);
        if (currentWord != word)
        {
            if (nextWord == word)
                new Span<uint>(next, stride).CopyTo(new(current, stride));
            else
                words.DrawTraining(current, word, 1);

            currentWord = word;
        }

        if (shift + samples <= Canon.WordSamples)
        {
            for (int i = 0; i < stride; i += Vector<uint>.Count)
                (Vector.Load(current + i) >>> shift).Store(destination + i);

            return;
        }

        if (nextWord != word + 1)
        {
            words.DrawTraining(next, word + 1, 1);
            nextWord = word + 1;
        }

        for (int i = 0; i < stride; i += Vector<uint>.Count)
        {
            var low = Vector.Load(current + i) >>> shift;
            var high = Vector.Load(next + i) << (Canon.WordSamples - shift);
            (low | high).Store(destination + i);
        }
    }

    /// <summary>Words of the samples that are held out after <paramref name="step"/> steps, from <paramref name="word"/> on.</summary>
    public readonly void DrawHeldOut(uint* destination, long step, int word, int count) =>
        words.DrawUniform(destination, step, word, count, RandomStreams.HeldOutStream((ulong)step));

    /// <summary>Words of the single-task samples of a measurement after <paramref name="step"/> steps, from <paramref name="word"/> on.</summary>
    public readonly void DrawTask(uint* destination, long step, int word, int count) =>
        words.DrawUniform(destination, step, word, count, RandomStreams.TaskSampleStream((ulong)step));
}
