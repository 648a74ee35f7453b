using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// The scratch words of a slot, all regions multiples of four words:
/// ring [stream word mod RingWords][4·groups], window [batch word][WindowStride], active [batch word][neuron].
/// </summary>
internal readonly struct CountingScratch
{
    private readonly ArrayView<uint> words;
    private readonly int inputs;
    private readonly int width;
    private readonly int batchWords;

    public CountingScratch(ArrayView<uint> scratch, LaunchShape shape, long slot)
    {
        inputs = shape.Inputs;
        width = shape.Width;
        batchWords = Canon.Words(shape.Batch);
        words = scratch.SubView(slot * Words(shape), Words(shape));
    }

    /// <summary>Stream words that the samples of one step can touch.</summary>
    public int RingWords => batchWords + 1;

    /// <summary>Words per entry of the window: n inputs and the bias, rounded up to quads.</summary>
    public int WindowStride => Stride(inputs);

    /// <summary>Neurons with the padding of the last block.</summary>
    public int PaddedWidth => Canon.Blocks(width) * Canon.Lanes;

    public static long Words(LaunchShape shape)
    {
        long words = Canon.Words(shape.Batch);
        return ((words + 1) * Canon.Groups(shape.Inputs) * Canon.Group)
            + (words * Stride(shape.Inputs))
            + (words * Canon.Blocks(shape.Width) * Canon.Lanes);
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

    private int RingStride => Canon.Groups(inputs) * Canon.Group;

    private static int Stride(int inputs) => ((inputs + Canon.Group) / Canon.Group) * Canon.Group;
}
