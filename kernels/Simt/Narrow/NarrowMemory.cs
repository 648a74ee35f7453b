using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// Shared memory of the group of a network of few columns, during one pass. Constants say where a region starts, in quads of 16 bytes.
/// </summary>
internal readonly struct NarrowMemory
{
    /// <summary>Columns of a quad.</summary>
    public const int Columns = 4;

    /// <summary>Samples of a pass, and so threads.</summary>
    public const int MostSamples = 128;

    /// <summary>Groups of inputs: the words of a pass lie that far apart, whatever n is.</summary>
    public const int MostGroups = 32;

    /// <summary>Inputs of a word of the pass.</summary>
    public const int WordInputs = MostGroups * Canon.Group;

    /// <summary>The last input of a word, which no network has, is +1 for all samples: the bias's.</summary>
    public const int BiasInput = WordInputs - 1;

    /// <summary>Maximum number of inputs of a network.</summary>
    public const int MostInputs = WordInputs - Canon.Group;

    /// <summary>Entries from one table of sixteen sums to the next; one more, so that threads that write four columns each use different banks.</summary>
    public const int TableEntries = 17;

    /// <summary>Quads from one column's samples to the next; one more, as for tables.</summary>
    public const int SampleQuads = (MostSamples / 4) + 1;

    /// <summary>Quads of one byte per sample.</summary>
    public const int WrongQuads = MostSamples / 16;

    /// <summary>
    /// WordQuad[word][<see cref="MostGroups"/>]: inputs as drawn. Before them lie the tables, [group of inputs or of samples][<see cref="TableEntries"/>]:
    /// sums of four weights or d, an entry with all columns (<see cref="IColumns{TValues}"/>). Columns that the network lacks are garbage.
    /// </summary>
    public const int Inputs = MostSamples / 4 * TableEntries;

    /// <summary>
    /// uint[word][m][<see cref="MostGroups"/>], m = 0 … 3: the four bits that select an entry of a group's table, for samples m, m + 4, …, m + 28.
    /// </summary>
    public const int Entries = Inputs + MostSamples;

    /// <summary>float[column][sample], columns <see cref="SampleQuads"/> apart: d = −∂ℓ/∂z, garbage in columns that the network lacks.</summary>
    public const int Descents = Entries + MostSamples;

    /// <summary>The same shape and another column: values of the hidden units; 1.</summary>
    public const int Values = Descents + (Columns * SampleQuads);

    /// <summary>float[sample]: g = −∂ℓ/∂f.</summary>
    public const int OutputDescents = Values + ((Columns + 1) * SampleQuads);

    /// <summary>byte[sample]: 1 where a sample is an error.</summary>
    public const int Wrong = OutputDescents + (MostSamples / 4);

    /// <summary>float[8]: gradients of the output weights, then, in a quad of its own, that of the output bias, over the batch so far.</summary>
    public const int OutputSums = Wrong + WrongQuads;

    private const int End = OutputSums + 2;

    public readonly ArrayView<FloatQuad> Quads;
    public readonly ArrayView<WordQuad> WordQuads;
    public readonly ArrayView<float> Floats;
    public readonly ArrayView<uint> Words;
    public readonly ArrayView<byte> Bytes;

    private NarrowMemory(ArrayView<FloatQuad> quads)
    {
        Quads = quads;
        WordQuads = quads.Cast<WordQuad>();
        Floats = quads.Cast<float>();
        Words = quads.Cast<uint>();
        Bytes = quads.Cast<byte>();
    }

    public static NarrowMemory Allocate() => new(SharedMemory.Allocate<FloatQuad>(End));

    /// <summary>At the start of a launch: samples that no thread has are no errors, and the bias's input is +1.</summary>
    public void Clear(int thread)
    {
        if (thread < WrongQuads)
            WordQuads[Wrong + thread] = default;

        if (thread < MostSamples / Canon.WordSamples)
            Words[(Inputs * 4) + (thread * WordInputs) + BiasInput] = 0;
    }
}
