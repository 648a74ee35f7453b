using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Four words that travel in one 16-byte access.</summary>
public struct WordQuad
{
    public uint X;
    public uint Y;
    public uint Z;
    public uint W;
}

/// <summary>Four floats that travel in one 16-byte access.</summary>
public struct FloatQuad
{
    public float X;
    public float Y;
    public float Z;
    public float W;
}

/// <summary>
/// How a group of threads of the SIMT body divides a run's work. A thread belongs to a lane (its neurons are lane,
/// lane + 16, …), to a sample team (8 of the 32 samples of a word) and to a part (every parts-th pair of neuron blocks).
/// </summary>
public readonly struct SimtThread
{
    /// <summary>Samples of a word that one thread carries in registers.</summary>
    public const int TeamSamples = 8;

    /// <summary>Teams that share a word.</summary>
    public const int Teams = MlpLayout.WordSamples / TeamSamples;

    /// <summary>Threads of one part.</summary>
    public const int PartThreads = MlpLayout.Lanes * Teams;

    /// <summary>Threads at most in a group: 256 is the largest group every OpenCL GPU takes.</summary>
    public const int MaxThreads = MaxParts * PartThreads;

    private const int MaxParts = 4;

    /// <summary>Index in the group.</summary>
    public readonly int Index;

    /// <summary>Threads of the group.</summary>
    public readonly int Count;

    public SimtThread(int index, int count)
    {
        Index = index;
        Count = count;
    }

    public int Lane => Index % MlpLayout.Lanes;

    public int Team => Index / MlpLayout.Lanes % Teams;

    public int Part => Index / PartThreads;

    public int Parts => Count / PartThreads;

    /// <summary>Rounds in which the parts together visit all pairs of blocks, and the fewest parts for so few rounds.</summary>
    public static int PartsFor(int width)
    {
        int pairs = Pairs(width);
        int rounds = (pairs + MaxParts - 1) / MaxParts;
        return (pairs + rounds - 1) / rounds;
    }

    /// <summary>Neuron blocks, two at a time.</summary>
    public static int Pairs(int width) => (MlpLayout.Blocks(width) + 1) / 2;
}

/// <summary>
/// The scratch words of a slot, all regions multiples of four words:
/// ring [stream word mod RingWords][4·groups], window [batch word][WindowStride], active [batch word][neuron].
/// </summary>
public readonly struct SimtScratch
{
    private readonly ArrayView<uint> words;
    private readonly int inputs;
    private readonly int width;
    private readonly int batchWords;

    public SimtScratch(ArrayView<uint> scratch, LaunchShape shape, long slot)
    {
        inputs = shape.Inputs;
        width = shape.Width;
        batchWords = MlpLayout.Words(shape.Batch);
        words = scratch.SubView(slot * Words(shape), Words(shape));
    }

    /// <summary>Stream words that the samples of one step can touch.</summary>
    public int RingWords => batchWords + 1;

    /// <summary>Words per entry of the window: n inputs and the bias, rounded up to quads.</summary>
    public int WindowStride => Stride(inputs);

    /// <summary>Neurons with the padding of the last block.</summary>
    public int PaddedWidth => MlpLayout.Blocks(width) * MlpLayout.Lanes;

    public static long Words(LaunchShape shape)
    {
        long words = MlpLayout.Words(shape.Batch);
        return ((words + 1) * MlpLayout.Groups(shape.Inputs) * MlpLayout.Group)
            + (words * Stride(shape.Inputs))
            + (words * MlpLayout.Blocks(shape.Width) * MlpLayout.Lanes);
    }

    /// <summary>Inputs of 32 samples of the run's stream as drawn, one entry of the ring.</summary>
    public ArrayView<uint> Ring(int entry) => words.SubView((long)entry * RingStride, RingStride);

    /// <summary>
    /// Batch word <paramref name="word"/> bit-sliced: inputs first, after the forward pass XORed with the labels, which
    /// are the entry of the bias. Held-out samples borrow word 0.
    /// </summary>
    public ArrayView<uint> Window(int word) => words.SubView(
        ((long)RingWords * RingStride) + ((long)word * WindowStride), WindowStride);

    /// <summary>Per neuron, the samples of batch word <paramref name="word"/> on which it is active.</summary>
    public ArrayView<uint> Active(int word) => words.SubView(
        ((long)RingWords * RingStride) + ((long)batchWords * WindowStride) + ((long)word * PaddedWidth), PaddedWidth);

    private int RingStride => MlpLayout.Groups(inputs) * MlpLayout.Group;

    private static int Stride(int inputs) => ((inputs + MlpLayout.Group) / MlpLayout.Group) * MlpLayout.Group;
}

/// <summary>Everything the threads of one group know of their run.</summary>
public readonly struct SimtRun
{
    public readonly LaunchShape Shape;
    public readonly RunSettings Settings;

    /// <summary>The relevant inputs.</summary>
    public readonly ArrayView<int> Subset;

    /// <summary>The run's parameters in the order of <see cref="MlpLayout"/>.</summary>
    public readonly ArrayView<float> Weights;
    public readonly SimtScratch Scratch;
    public readonly SimtThread Thread;

    public SimtRun(
        LaunchShape shape, RunSettings settings, ArrayView<int> subset, ArrayView<float> weights, SimtScratch scratch,
        SimtThread thread)
    {
        Shape = shape;
        Settings = settings;
        Subset = subset;
        Weights = weights;
        Scratch = scratch;
        Thread = thread;
    }

    /// <summary>The rows of one block of neurons, [row][lane].</summary>
    public ArrayView<float> Block(int block)
    {
        long floats = MlpLayout.Rows(Shape.Inputs) * MlpLayout.Lanes;
        return Weights.SubView(block * floats, floats);
    }

    /// <summary>Where the output bias lies.</summary>
    public long OutputBias => (long)MlpLayout.Blocks(Shape.Width) * MlpLayout.Rows(Shape.Inputs) * MlpLayout.Lanes;
}
